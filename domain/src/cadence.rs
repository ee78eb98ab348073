//! How often a courier's phone should report its position.

/// What the courier is doing, as far as the interval depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// No active run, or standing still.
    Idle,
    /// On the road between stops.
    Driving,
    /// Near the next stop, or someone is looking at the exact position.
    Close,
}

/// Seconds between reports for each phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    /// For [`Phase::Idle`].
    pub idle_s: u32,
    /// For [`Phase::Driving`].
    pub driving_s: u32,
    /// For [`Phase::Close`].
    pub close_s: u32,
}

impl Default for Cadence {
    fn default() -> Self {
        Self {
            idle_s: 60,
            driving_s: 30,
            close_s: 5,
        }
    }
}

impl Cadence {
    /// Seconds until the next report.
    pub fn interval_s(&self, phase: Phase) -> u32 {
        match phase {
            Phase::Idle => self.idle_s,
            Phase::Driving => self.driving_s,
            Phase::Close => self.close_s,
        }
    }
}
