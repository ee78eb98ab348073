//! What a recipient can wish for, and what the courier said to it.

mod en;
mod fi;

use super::{Language, PageText};

/// What a recipient can wish for, and what the courier said to it.
pub struct WishText {
    pub title: &'static str,
    pub day: &'static str,
    pub day_text: &'static str,
    pub day_now: &'static str,
    pub day_none: &'static str,
    pub day_send: &'static str,
    pub day_done: &'static str,
    pub full: &'static str,
    pub few_left: fn(u32) -> String,
    pub tell: &'static str,
    pub tell_text: &'static str,
    pub kind: &'static str,
    pub safe_place: &'static str,
    pub neighbour: &'static str,
    pub gate_code: &'static str,
    pub never_leave: &'static str,
    pub never_leave_hint: &'static str,
    pub other: &'static str,
    pub words_place: &'static str,
    pub words_neighbour: &'static str,
    pub words_other: &'static str,
    pub words_more: &'static str,
    pub photo: &'static str,
    pub photo_add: &'static str,
    pub photo_another: &'static str,
    pub photo_unreadable: &'static str,
    pub send: &'static str,
    pub sent: &'static str,
    pub in_chat: &'static str,
    pub open: &'static str,
    pub open_never_leave: &'static str,
    pub confirmed: &'static str,
    pub declined: &'static str,
    pub take_back: &'static str,
    pub proposal: &'static str,
    pub proposal_text: &'static str,
    pub proposal_accepted: &'static str,
    pub proposal_declined: &'static str,
    pub proposal_over: &'static str,
    pub accept: &'static str,
    pub decline: &'static str,
    pub at_the_door: &'static str,
    pub moved: &'static str,
    pub moved_by_you: &'static str,
    pub moved_by_both: &'static str,
    pub moved_by_us: &'static str,
    pub moved_back: &'static str,
    pub more: &'static str,
}

impl PageText for WishText {
    fn of(language: Language) -> &'static Self {
        match language {
            Language::English => &en::TEXT,
            Language::Finnish => &fi::TEXT,
        }
    }
}
