//! What a training is made with. All of it stands in the file's header, and is public.

/// The dials of a training.
///
/// The defaults were chosen inside the training part of a public listening corpus (`docs/discovery.md` tells how), never
/// on the part that is measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Settings {
    /// Exponent on the step from a recording to a person, 0 to 2. Below 1, few plays of an eager person count for more.
    pub alpha_out: f32,
    /// Exponent on the step from a person to a recording, 0 to 2.
    pub alpha_back: f32,
    /// The public dial between accuracy and the long tail, 0 to 1: the score of a recording is divided by the number of its
    /// people to the power of β.
    pub beta: f32,
    /// How many neighbours by people are kept for each recording, 1 to 2,000.
    pub keep: usize,
    /// How many different people of one source must stand behind a neighbour; with fewer there is none. 1 is for public
    /// research data alone.
    pub least_people: u32,
    /// How many different people a reason needs to be told, 10 as a rule; never less than `least_people`.
    pub told_from: u32,
    /// Most recordings of one person that count, the most played ones; bounds the work that one person can cause.
    pub most_per_person: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            alpha_out: 0.55,
            alpha_back: 1.0,
            beta: 0.4,
            keep: 300,
            least_people: 10,
            told_from: 10,
            most_per_person: 2_000,
        }
    }
}

impl Settings {
    /// The settings of the published comparison: RP3β with α 0.8 for both steps and β 0.3, 200 neighbours.
    pub fn published() -> Settings {
        Settings { alpha_out: 0.8, alpha_back: 0.8, beta: 0.3, keep: 200, ..Settings::default() }
    }

    /// What is wrong with them, if anything: a field, and the range it has.
    pub fn problem(&self) -> Option<&'static str> {
        let within = |v: f32, most: f32| v.is_finite() && (0.0..=most).contains(&v);
        if !within(self.alpha_out, 2.0) || !within(self.alpha_back, 2.0) {
            return Some("an exponent α is between 0 and 2");
        }
        if !within(self.beta, 1.0) {
            return Some("β is between 0 and 1");
        }
        if !(1..=2_000).contains(&self.keep) {
            return Some("between 1 and 2,000 neighbours are kept");
        }
        if self.least_people == 0 || self.told_from < self.least_people {
            return Some(
                "a reason needs at least as many people as a neighbour, and a neighbour at least one",
            );
        }
        if !(1..=20_000).contains(&self.most_per_person) {
            return Some("between 1 and 20,000 recordings of a person count");
        }
        None
    }

    /// The settings in one line, as the file's header and the register of trainings keep them.
    pub fn line(&self) -> String {
        format!(
            "rp3 alpha-out {} alpha-back {} beta {} keep {} least-people {} told-from {} most-per-person {}",
            self.alpha_out,
            self.alpha_back,
            self.beta,
            self.keep,
            self.least_people,
            self.told_from,
            self.most_per_person
        )
    }
}
