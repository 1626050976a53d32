//! `robots.txt` (RFC 9309) with `Content-Usage` lines, and `ai.txt`, which is written alike.
//!
//! A line is `Content-Usage: [path] value`; of those that fit a path the longest holds, and two of one length that
//! contradict are unknown. In a path `*` stands for anything and `$` for the end. The group of the crawler's own name
//! holds before that of `*`; names have no case, and a version behind a slash is not part of them.

use music::Problem;

use super::address::path_fits;
use super::aipref::Usage;

/// The groups of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Robots {
    groups: Vec<Group>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Group {
    agents: Vec<String>,
    usages: Vec<(String, String)>,
}

impl Robots {
    /// Reads the file; lines that are not understood are skipped, as the standard asks, and bad values are told.
    pub fn read(bytes: &[u8]) -> (Robots, Vec<Problem>) {
        let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(512 * 1024)).unwrap_or_default());
        let (mut groups, mut problems): (Vec<Group>, Vec<Problem>) = (vec![], vec![]);
        let mut open = false;
        for (place, line) in text.lines().enumerate() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((name, value)) = line.split_once(':') else { continue };
            let (name, value) =
                (name.trim().trim_start_matches('\u{feff}').to_ascii_lowercase(), value.trim());
            if name == "user-agent" {
                if !open {
                    groups.push(Group::default());
                }
                open = true;
                if let Some(group) = groups.last_mut() {
                    group.agents.push(product(value));
                }
                continue;
            }
            open = false;
            if name == "content-signal" {
                // An older cousin with words of its own: yes and no, ai-train and ai-input.
                let alike = value.replace("ai-train", "train-ai").replace("ai-input", "ai-use");
                let alike = alike.replace("=yes", "=y").replace("=no", "=n");
                if let Some(group) = groups.last_mut().filter(|_| Usage::default().read(&alike).is_none()) {
                    group.usages.push(("/".to_owned(), alike));
                }
            }
            if name == "content-usage" {
                let (path, value) = match value.split_once([' ', '\t']) {
                    Some((path, rest)) if path.starts_with('/') => (path, rest.trim()),
                    _ => ("/", value),
                };
                if let Some(problem) = Usage::default().read(value) {
                    problems.push(Problem { origin: music::Origin::new("", place as u64 + 1), ..problem });
                } else if let Some(group) = groups.last_mut() {
                    group.usages.push((path.to_owned(), value.to_owned()));
                }
            }
        }
        (Robots { groups }, problems)
    }

    /// What is said to a crawler of a path.
    pub fn usage(&self, agent: &str, path: &str) -> Usage {
        let agent = product(agent);
        let own = self.groups.iter().any(|g| g.agents.contains(&agent));
        let name = if own { agent.as_str() } else { "*" };
        let lines = self.groups.iter().filter(|g| g.agents.iter().any(|a| a == name)).flat_map(|g| &g.usages);
        let fitting: Vec<_> = lines.filter(|(p, _)| path_fits(p, path)).collect();
        let longest = fitting.iter().map(|(p, _)| p.len()).max().unwrap_or(0);
        let mut usage = Usage::default();
        for (_, value) in fitting.into_iter().filter(|(p, _)| p.len() == longest) {
            let _ = usage.read(value); // it was read before
        }
        usage
    }
}

/// A crawler's name without its version.
fn product(agent: &str) -> String {
    agent.trim().split('/').next().unwrap_or_default().trim_end().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::foreign::Preference;

    #[test]
    fn the_longest_path_of_the_own_group_holds() {
        let file = b"USER-AGENT: *\ncontent-usage: train-ai=n\nContent-Usage: /free/ train-ai=y # all\nallow: /\n\nUser-Agent: Maker\nContent-Usage: /x train-ai=y\nContent-Usage: /x train-ai=n\nContent-Usage: ,,\n";
        let (robots, problems) = Robots::read(file);
        let said = |agent: &str, path: &str| robots.usage(agent, path).category("train-ai");
        assert_eq!((problems.len(), problems[0].origin.line), (1, 9));
        assert_eq!(
            (said("any", "/a"), said("any", "/free/a")),
            (Preference::NotAllowed, Preference::Allowed)
        );
        assert_eq!((said("maker", "/x"), said("maker", "/a")), (Preference::Unknown, Preference::Unknown));
        assert_eq!(said("Maker/2.1", "/x"), Preference::Unknown);
    }

    #[test]
    fn paths_have_stars_and_names_have_versions() {
        let file = b"\xef\xbb\xbfUser-agent: FenBot/3\r\nUser-Agent: Ash\r\nContent-Usage: /*.flac$ train-ai=n\r\nContent-Usage:\ttrain-ai=y , search=n\r\n\r\nUser-agent: *\r\nContent-Signal: search=yes, ai-train=no\r\n";
        let (robots, problems) = Robots::read(file);
        let said = |agent: &str, path: &str, key: &str| robots.usage(agent, path).category(key);
        assert!(problems.is_empty());
        assert_eq!(said("fenbot", "/a/b.flac", "train-ai"), Preference::NotAllowed);
        assert_eq!(said("ASH", "/a/b.flac.html", "train-ai"), Preference::Allowed);
        assert_eq!(said("ash", "/", "search"), Preference::NotAllowed);
        assert_eq!(
            (said("x", "/", "train-ai"), said("x", "/", "search")),
            (Preference::NotAllowed, Preference::Allowed)
        );
    }
}
