//! Artist and title of recordings as they are written, behind one another in one string.

/// Artists and titles by recording.
#[derive(Debug, Default)]
pub struct Texts {
    text: String,
    rows: Vec<(u32, usize, usize)>,
}

impl Texts {
    /// Adds a recording's.
    pub(crate) fn push(&mut self, recording: u32, artist: &str, title: &str) {
        self.text.push_str(artist);
        let middle = self.text.len();
        self.text.push_str(title);
        self.rows.push((recording, middle, self.text.len()));
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Recording, artist and title, as they came.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &str, &str)> {
        let mut start = 0;
        self.rows.iter().map(move |(recording, middle, end)| {
            let artist = self.text.get(start..*middle).unwrap_or_default();
            let title = self.text.get(*middle..*end).unwrap_or_default();
            start = *end;
            (*recording, artist, title)
        })
    }
}
