//! The texts of a status change, and what each may hold.

/// A text that comes with a status change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextField {
    /// The courier's notes.
    Notes,
    /// Why it failed, goes back, or was called off.
    Reason,
    /// Why there is no location.
    NoFixReason,
    /// The name of the person who took it.
    RecipientName,
}

impl TextField {
    /// Every text.
    pub const ALL: [Self; 4] = [
        Self::Notes,
        Self::Reason,
        Self::NoFixReason,
        Self::RecipientName,
    ];

    /// As the API names the field.
    pub fn name(self) -> &'static str {
        match self {
            Self::Notes => "notes",
            Self::Reason => "reason",
            Self::NoFixReason => "no_fix_reason",
            Self::RecipientName => "proof",
        }
    }

    /// What it may hold, for whoever wrote something else.
    pub fn rule(self) -> &'static str {
        match self {
            Self::Notes => "notes hold at most 2000 characters, and no control characters",
            Self::Reason => "a reason holds at most 2000 characters, and no control characters",
            Self::NoFixReason => {
                "say in 1 to 200 characters, on one line, why there is no location"
            }
            Self::RecipientName => "write the name in at most 80 characters, on one line",
        }
    }

    /// Characters at most. A name is as long as that of an account.
    pub fn max_chars(self) -> usize {
        match self {
            Self::Notes | Self::Reason => 2000,
            Self::NoFixReason => 200,
            Self::RecipientName => 80,
        }
    }

    /// Whether it may hold this text. That a reason or a name is there at all is the step's rule.
    pub fn takes(self, text: &str) -> bool {
        let fits = text.chars().count() <= self.max_chars();
        match self {
            Self::Notes | Self::Reason => fits && text.chars().all(is_written_on_lines),
            Self::RecipientName => fits && !text.chars().any(char::is_control),
            Self::NoFixReason => {
                fits && !text.trim().is_empty() && !text.chars().any(char::is_control)
            }
        }
    }
}

fn is_written_on_lines(c: char) -> bool {
    !c.is_control() || matches!(c, '\n' | '\r' | '\t')
}
