//! What a mail server says when it hands messages over (LMTP, RFC 2033; the commands of RFC 5321): a line in, a command
//! out. It knows no socket and no state; what a command means is for whoever listens.

/// The longest line of a command, with its end, in bytes: 512 in RFC 5321, and more for what extensions add.
pub const MOST_LINE: usize = 2_048;

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// `LHLO`, with how the other side calls itself.
    Hello(String),
    /// `MAIL FROM`, with the size that it announces, in bytes.
    Mail(Option<u64>),
    /// `RCPT TO`, with the local part and the domain, in lower case.
    Receiver(String, String),
    /// `DATA`.
    Data,
    /// `RSET`.
    Reset,
    /// `NOOP`.
    Nothing,
    /// `VRFY`, which nobody is told.
    Verify,
    /// `QUIT`.
    Quit,
}

/// Reads one line, with or without its end.
///
/// # Errors
/// The answer to give: 500 for what is no command, 501 for one with words that cannot be read.
///
/// ```
/// use formats::lmtp::{Command, command};
/// let to = command(b"RCPT TO:<Set-Abc@Lists.example> NOTIFY=NEVER\r\n");
/// assert_eq!(to, Ok(Command::Receiver("set-abc".into(), "lists.example".into())));
/// assert!(command(b"HELO x\r\n").unwrap_err().starts_with("500"));
/// ```
pub fn command(line: &[u8]) -> Result<Command, &'static str> {
    const UNKNOWN: &str = "500 5.5.1 no such command";
    const SYNTAX: &str = "501 5.5.4 this cannot be read";
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let text = std::str::from_utf8(line).map_err(|_| "500 5.6.7 not UTF-8")?;
    if text.contains(char::is_control) {
        return Err(SYNTAX);
    }
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    let rest = rest.trim();
    match verb.to_ascii_uppercase().as_str() {
        "LHLO" if !rest.is_empty() && !rest.contains(' ') => Ok(Command::Hello(rest.to_owned())),
        "LHLO" => Err(SYNTAX),
        "MAIL" => {
            let (_, words) = path(rest, "FROM:").ok_or(SYNTAX)?;
            Ok(Command::Mail(announced(words).map_err(|()| SYNTAX)?))
        }
        "RCPT" => {
            let (address, _) = path(rest, "TO:").ok_or(SYNTAX)?;
            let (local, domain) = address.rsplit_once('@').ok_or(SYNTAX)?;
            if local.is_empty() || domain.is_empty() || address.len() > 254 {
                return Err(SYNTAX);
            }
            Ok(Command::Receiver(local.to_ascii_lowercase(), domain.to_ascii_lowercase()))
        }
        "DATA" if rest.is_empty() => Ok(Command::Data),
        "RSET" if rest.is_empty() => Ok(Command::Reset),
        "DATA" | "RSET" => Err(SYNTAX),
        "NOOP" => Ok(Command::Nothing),
        "VRFY" => Ok(Command::Verify),
        "QUIT" => Ok(Command::Quit),
        _ => Err(UNKNOWN),
    }
}

/// The address in angle brackets behind a word, and what follows it.
fn path<'a>(rest: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let head = rest.get(..word.len())?;
    if !head.eq_ignore_ascii_case(word) {
        return None;
    }
    let rest = rest.get(word.len()..)?.trim_start().strip_prefix('<')?;
    let (address, words) = rest.split_once('>')?;
    // A route before the address is from another time and is passed over (RFC 5321, appendix C).
    let address = if address.starts_with('@') { address.split_once(':')?.1 } else { address };
    if !words.is_empty() && !words.starts_with(' ') {
        return None;
    }
    Some((address, words.trim()))
}

fn announced(words: &str) -> Result<Option<u64>, ()> {
    let size = words.split(' ').find_map(|word| {
        let (key, value) = word.split_once('=')?;
        key.eq_ignore_ascii_case("SIZE").then_some(value)
    });
    size.map(|value| value.parse().map_err(|_| ())).transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_commands_or_answered() {
        for (line, want) in [
            ("LHLO relay.example", Ok(Command::Hello("relay.example".into()))),
            ("mail from:<> size=100 BODY=8BITMIME", Ok(Command::Mail(Some(100)))),
            ("MAIL FROM:<ada@example.org>", Ok(Command::Mail(None))),
            ("MAIL FROM:<a> SIZE=-1", Err("501 5.5.4 this cannot be read")),
            ("MAIL TO:<a>", Err("501 5.5.4 this cannot be read")),
            ("RCPT TO:<@a,@b:x@y>", Ok(Command::Receiver("x".into(), "y".into()))),
            ("RCPT TO:<x>", Err("501 5.5.4 this cannot be read")),
            ("RCPT TO:<x@y", Err("501 5.5.4 this cannot be read")),
            ("DATA", Ok(Command::Data)),
            ("DATA now", Err("501 5.5.4 this cannot be read")),
            ("EHLO x", Err("500 5.5.1 no such command")),
            ("", Err("500 5.5.1 no such command")),
            ("RCPT TO:<a\u{7}@b>", Err("501 5.5.4 this cannot be read")),
        ] {
            assert_eq!(command(line.as_bytes()), want, "{line}");
        }
        assert!(command(b"\xff\xfe").is_err());
    }
}
