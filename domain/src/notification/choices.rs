//! Which kind goes out on which channel, as a person chose it.

use serde::Serialize;

use super::{Channel, Kind};

/// One cell of the grid that somebody set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Choice {
    /// What it is about.
    pub kind: Kind,
    /// On which channel.
    pub channel: Channel,
    /// Whether it goes there.
    pub is_on: bool,
}

crate::wire! { Choice { kind, channel, is_on } }

/// The grid: what was set, over what is usual.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices(Vec<Choice>);

impl Choices {
    /// What was set; of two that set the same cell the later one counts.
    pub fn of(set: Vec<Choice>) -> Self {
        Self(set)
    }

    /// Whether it goes there.
    pub fn is_on(&self, kind: Kind, channel: Channel) -> bool {
        match kind {
            // Without a word in the app, nobody would know that a channel is dead.
            Kind::ChannelFailed => return channel == Channel::InApp,
            Kind::PhoneCode => return channel == Channel::Sms,
            _ => {}
        }
        let set = self
            .0
            .iter()
            .rev()
            .find(|choice| choice.kind == kind && choice.channel == channel);
        set.map_or_else(|| is_usual(kind, channel), |choice| choice.is_on)
    }

    /// Every cell that is offered.
    pub fn grid(&self) -> Vec<Choice> {
        let cell = |kind, channel| Choice {
            kind,
            channel,
            is_on: self.is_on(kind, channel),
        };
        Kind::OFFERED
            .iter()
            .flat_map(|kind| Channel::ALL.map(|channel| cell(*kind, channel)))
            .collect()
    }
}

/// What goes where until somebody says otherwise: everything to the app and to the browsers that were allowed to show
/// it, by e-mail what may be read later, by SMS what one should know on the way.
fn is_usual(kind: Kind, channel: Channel) -> bool {
    match channel {
        Channel::InApp | Channel::Push => true,
        Channel::Email => !matches!(
            kind,
            Kind::ArrivingSoon | Kind::AtTheDoor | Kind::ChatMessage
        ),
        Channel::Sms => matches!(
            kind,
            Kind::OutForDelivery | Kind::ArrivingSoon | Kind::Failed | Kind::HoldReady | Kind::Test
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_set_counts_more_than_what_is_usual() {
        let set = |is_on| Choice {
            kind: Kind::Delivered,
            channel: Channel::Email,
            is_on,
        };
        assert!(Choices::default().is_on(Kind::Delivered, Channel::Email));
        assert!(!Choices::of(vec![set(false)]).is_on(Kind::Delivered, Channel::Email));
        assert!(Choices::of(vec![set(false), set(true)]).is_on(Kind::Delivered, Channel::Email));
        assert!(Choices::of(vec![set(false)]).is_on(Kind::Delivered, Channel::Push));
    }

    #[test]
    fn a_dead_channel_is_told_in_the_app_whatever_was_chosen() {
        let none = Channel::ALL.map(|channel| Choice {
            kind: Kind::ChannelFailed,
            channel,
            is_on: false,
        });
        let choices = Choices::of(none.to_vec());
        assert!(choices.is_on(Kind::ChannelFailed, Channel::InApp));
        assert!(!Choices::default().is_on(Kind::ChannelFailed, Channel::Email));
        assert!(!Choices::default().is_on(Kind::PhoneCode, Channel::Push));
    }

    #[test]
    fn the_grid_has_every_cell_once() {
        let grid = Choices::default().grid();
        assert_eq!(grid.len(), Kind::OFFERED.len() * Channel::ALL.len());
        for (place, cell) in grid.iter().enumerate() {
            let same = |other: &Choice| (other.kind, other.channel) == (cell.kind, cell.channel);
            assert!(!grid[place + 1..].iter().any(same), "{cell:?} twice");
        }
    }
}
