//! The table of addresses as the source has it, so that a new page cannot escape a test.

/// One address and how it can be asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// As it stands in the table: `/statement/{party}`.
    pub path: String,
    /// Whether it answers GET with more than a way back.
    pub gets: bool,
    /// Whether it takes forms.
    pub posts: bool,
}

impl Route {
    /// The names in braces, without the star of a rest.
    pub fn parameters(&self) -> Vec<&str> {
        self.path
            .split('{')
            .skip(1)
            .filter_map(|p| p.split('}').next())
            .map(|p| p.trim_start_matches('*'))
            .collect()
    }

    /// The address with its names filled, in order.
    pub fn filled(&self, values: &[&str]) -> String {
        let mut path = self.path.clone();
        for (name, value) in self.parameters().iter().zip(values) {
            path = path.replace(&format!("{{{name}}}"), value).replace(&format!("{{*{name}}}"), value);
        }
        path
    }
}

/// Every address of the pages.
pub fn pages() -> Vec<Route> {
    let source = include_str!("../../src/web.rs");
    let mut all = Vec::new();
    for part in source.split(".route(").skip(1) {
        let Some(path) = part.trim_start().strip_prefix('"').and_then(|p| p.split('"').next()) else {
            continue;
        };
        let way = part.split(".layer(").next().unwrap().split(".merge(").next().unwrap();
        let backs = way.contains("::back)") || way.contains("::back_all)");
        all.push(Route {
            path: path.to_owned(),
            gets: way.contains("get(") && !backs,
            posts: way.contains("post("),
        });
    }
    assert!(all.len() > 120, "the table was not read: {}", all.len());
    all
}

#[test]
fn the_table_is_read() {
    let all = pages();
    let find = |path: &str| all.iter().find(|r| r.path == path).unwrap().clone();
    assert!(find("/account").gets && !find("/account").posts);
    assert!(find("/permit").posts && !find("/permit").gets);
    assert!(!find("/account/keys").gets && find("/account/keys").posts);
    assert_eq!(find("/listen/list/{id}/{format}").filled(&["a", "b"]), "/listen/list/a/b");
    assert_eq!(find("/log/{*path}").filled(&["x/y"]), "/log/x/y");
}
