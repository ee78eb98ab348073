//! English.

use super::ChatText;

/// English.
pub static TEXT: ChatText = ChatText {
    title: |name| format!("Chat with {name}"),
    close: "Close the chat",
    encrypted: "Only your devices and theirs can read this",
    way_opening: "Connecting…",
    way_asking: "Slow connection: new messages come every few seconds",
    way_none: "No connection: what you write is sent later",
    messages: "Messages",
    older: "Earlier messages",
    newest: "Newest messages",
    empty_title: "Say hello",
    empty: |name| format!("Tell {name} how to find you, or where to leave the parcel."),
    you: "You",
    sent: "Sent",
    delivered: "Delivered",
    read: "Read",
    waits: "Waits for a connection",
    waits_for_them: |name| {
        format!(
            "{name} has not opened this chat yet. We’ve asked them to; your message goes out encrypted the moment they do."
        )
    },
    not_sent: "Not sent",
    withdraw: "Don’t send",
    typing: |name| format!("{name} is typing…"),
    unreadable_before: "A message from before this device joined",
    unreadable_no_key: "A message that this device can’t open",
    unreadable_forged: "A message that is not what its sender promised. It is not shown.",
    new_device_theirs: |name| {
        format!("{name} uses a new device. If you compared the safety number, compare it again.")
    },
    new_device_mine: "You joined with another device. It reads what is written from now on.",
    gate_code: "Gate code",
    gate_code_add: "Send a gate code",
    gate_code_hint: "Only the courier’s phone can read it",
    gate_code_cancel: "Write a message instead",
    message: "Message",
    send: "Send",
    quick: "Quick replies",
    quick_replies: [
        "I’ll be there in 5 minutes.",
        "I’m at the door.",
        "Could you come down, please?",
        "OK, will do.",
        "I can’t find the entrance.",
        "Thank you!",
    ],
    write: "Write",
    not_while_driving: "Writing is off while you drive",
    read_aloud: "Read new messages aloud",
    says: |name, words| format!("{name}: {words}"),
    closing: |time| {
        format!("The parcel is no longer out for delivery. You can write until {time}.")
    },
    read_only: "The parcel is no longer out for delivery, so nothing more can be written here.",
    blocked_by_me: "You ended this chat.",
    blocked: |name| format!("{name} ended this chat."),
    unblock: "Open it again",
    menu: "Safety",
    verify: "Safety number",
    verify_text: |name| {
        format!(
            "Compare this number with {name}, at the door or on the phone. If it is the same on both screens, nobody is in between."
        )
    },
    verify_same: "It is the same",
    verify_no_longer: "Take that back",
    verified: "You compared this number",
    verified_before: |name| {
        format!(
            "You compared another number. {name} or you use a new device since then: compare again."
        )
    },
    lost_device: "Keys and messages are on this device only. If you lose it or sign out, what was said is gone with it.",
    block: "End this chat",
    block_sure: |name| {
        format!("Neither you nor {name} can write here then. You can open it again.")
    },
    block_do: "End it",
    report: "Report",
    report_sure: "This one message is shown to us as you read it, with a proof that it was sent. All others stay encrypted.",
    report_do: "Report this message",
    reported: "Reported. We look into it.",
    keep: "Leave it",
    no_vault_title: "This browser can’t keep the chat",
    no_vault: "It needs a place for keys that nobody reads. Use a normal window instead of a private one, and HTTPS.",
    not_genuine_title: "These keys don’t fit",
    not_genuine: "We were told keys that are not signed by their device. Nothing is sent, so that nobody in between can read it. Please call us.",
    not_allowed: "This chat is not open to you. Sign in again, or go back to your deliveries.",
    too_long: "That is too long: 2000 characters at most.",
};
