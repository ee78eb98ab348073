//! The list as the page knows it, and what a newer answer changes.

use porchlight_domain::notification::{NotificationPage, NotificationView};

/// What the page shows.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lines {
    /// The newest first.
    pub lines: Vec<NotificationView>,
    /// Where more begin; none when these are all.
    pub next: Option<String>,
}

impl Lines {
    /// Takes the newest lines as they are now. Older ones that were fetched before stay.
    pub fn renew(&mut self, newest: NotificationPage) {
        let Some(last) = newest.notifications.last() else {
            *self = Self::default();
            return;
        };
        let end = (last.created_at, last.id.clone());
        let older = self
            .lines
            .iter()
            .filter(|line| (line.created_at, line.id.clone()) < end)
            .filter(|_| newest.next.is_some());
        let mut older: Vec<_> = older.cloned().collect();
        if newest.unread == 0 {
            for line in &mut older {
                line.is_read = true;
            }
        }
        if older.is_empty() {
            self.next.clone_from(&newest.next);
        }
        self.lines = newest.notifications;
        self.lines.extend(older);
    }

    /// Takes lines that come behind those that are there; an answer to an older question changes nothing.
    pub fn extend(&mut self, asked: &str, more: NotificationPage) {
        if self.next.as_deref() != Some(asked) {
            return;
        }
        self.next = more.next;
        self.lines.extend(more.notifications);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use porchlight_domain::ids::NotificationId;
    use porchlight_domain::notification::{Details, Kind};
    use porchlight_domain::time::Timestamp;

    fn line(at: i64, is_read: bool) -> NotificationView {
        NotificationView {
            id: NotificationId::from_text(format!("ntf_{at}")),
            kind: Kind::Delivered,
            delivery: None,
            details: Details::default(),
            created_at: Timestamp::from_millis(at),
            is_read,
        }
    }

    fn page(at: &[i64], unread: u32, next: Option<&str>) -> NotificationPage {
        NotificationPage {
            notifications: at.iter().map(|at| line(*at, unread == 0)).collect(),
            unread,
            next: next.map(str::to_owned),
        }
    }

    fn shown(lines: &Lines) -> Vec<i64> {
        lines
            .lines
            .iter()
            .map(|line| line.created_at.millis())
            .collect()
    }

    #[test]
    fn what_was_fetched_stays_behind_what_is_new() {
        let mut lines = Lines::default();
        lines.renew(page(&[9, 8], 2, Some("8")));
        lines.extend("8", page(&[7, 6], 2, Some("6")));
        assert_eq!(shown(&lines), [9, 8, 7, 6]);
        // 9 was cleared, 10 is new.
        lines.renew(page(&[10, 8], 2, Some("8")));
        assert_eq!(shown(&lines), [10, 8, 7, 6]);
        assert_eq!(lines.next.as_deref(), Some("6"));
        lines.renew(page(&[10, 8], 0, Some("8")));
        assert!(lines.lines.iter().all(|line| line.is_read));
    }

    #[test]
    fn a_short_list_is_all_there_is() {
        let mut lines = Lines::default();
        lines.renew(page(&[9, 8], 2, Some("8")));
        lines.extend("8", page(&[7], 2, None));
        lines.renew(page(&[9], 1, None));
        assert_eq!(shown(&lines), [9]);
        assert_eq!(lines.next, None);
        lines.renew(page(&[], 0, None));
        assert!(lines.lines.is_empty());
    }

    #[test]
    fn an_answer_that_comes_twice_is_taken_once() {
        let mut lines = Lines::default();
        lines.renew(page(&[9], 1, Some("9")));
        lines.extend("9", page(&[8], 1, Some("8")));
        lines.extend("9", page(&[8], 1, Some("8")));
        assert_eq!(shown(&lines), [9, 8]);
    }
}
