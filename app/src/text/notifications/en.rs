//! English.

use super::{NotificationText, Written};

/// English.
pub static TEXT: NotificationText = NotificationText {
    written: Written::English,
    title: "Notifications",
    settings: "Settings",
    read_all: "Mark all as read",
    clear_all: "Clear all",
    clear: "Clear",
    unread: "Not read yet",
    more: "Show more",
    comes: "It comes",
    expected: "It is expected",
    kept_until: "It is kept until",
    none: "Nothing new",
    none_text: "When something happens to a parcel of yours, you’ll find it here.",
    back: "All notifications",
    what: "What you’re told, and where",
    what_text: "Every change is saved at once and applies on all your devices.",
    event: "Event",
    quiet: "Quiet hours",
    quiet_text: "Nothing rings in these hours. What is still news is sent when they are over; in the app you see everything at once.",
    quiet_on: "Keep quiet",
    from: "From",
    to: "Until",
    channels: "Your channels",
    test: "Send a test",
    tested: "A test is on its way.",
    test_in_app: "The list behind the bell.",
    push_unsupported: "This browser can’t show notifications of a page. On an iPhone or iPad, first add Porchlight to the home screen (Share, then “Add to Home Screen”) and open it from there.",
    push_off: "This browser can tell you when something happens, also when Porchlight is closed. It will ask you whether it may.",
    push_denied: "This browser was told not to show notifications of Porchlight. To change that, open the settings of this site, beside the address above, allow notifications, and come back.",
    push_on: "This browser tells you, also when Porchlight is closed.",
    push_failed: "The browser’s push service could not be reached. Try again when you are online.",
    turn_on: "Turn on",
    turn_off: "Turn off",
    email_to: |address| format!("To {address}, the address of your account."),
    dead: "The last message was refused for good, so this is off. A test tries it once more.",
    phone: "Mobile number",
    phone_hint: "With the country code, such as +358 40 1234567",
    phone_send: "Send a code",
    phone_to: |number| format!("To {number}."),
    phone_waiting: |number| format!("We sent a code to {number}. It holds for 15 minutes."),
    phone_code: "Code",
    phone_confirm: "Confirm",
    phone_forget: "Remove number",
    stop_title: "Get fewer messages",
    stop_text: |event, channel| {
        format!(
            "Get no more “{event}” by this way: {channel}. You can turn it on again in your settings."
        )
    },
    stop: "Stop them",
    stopped: |event, channel| format!("Done: no more “{event}” by {channel}."),
};
