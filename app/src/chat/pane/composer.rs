//! Saying something: words, a gate code, or one tap.

use leptos::ev::{KeyboardEvent, SubmitEvent};
use leptos::html::Textarea;
use leptos::prelude::*;
use porchlight_domain::chat::{Body, TEXT_LIMIT};

use super::Opened;
use crate::chat::talk::Talk;
use crate::components::{Icon, effect, maybe, part};
use crate::text::{ChatText, use_page_text};

/// What is below the messages, while something may be written.
#[component]
pub fn Composer(talk: Talk, opened: Opened) -> impl IntoView {
    let can_write = Memo::new(move |_| {
        talk.trouble.get().is_none()
            && talk.view.with(|view| {
                // Before the server answers, what is written waits.
                view.as_ref()
                    .is_none_or(|view| view.phase.is_writable() && view.blocked_by.is_none())
            })
    });
    maybe(move || {
        can_write.get().then(|| {
            if opened.is_courier {
                view! { <ForCourier talk opened /> }.into_any()
            } else {
                view! { <ForRecipient talk opened /> }.into_any()
            }
        })
    })
}

#[component]
fn ForRecipient(talk: Talk, opened: Opened) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let is_code = RwSignal::new(false);
    // The field stays where it need not be another: whoever writes on at once would lose what they have written.
    let is_code_field = Memo::new(move |_| is_code.get());
    let done = Callback::new(move |()| is_code.set(false));
    view! {
        <div class="composer">
            {part(move || view! { <Writing talk is_code=is_code_field.get() done /> }.into_any())}
            <button
                type="button"
                class="composer__other"
                on:click=move |_| is_code.update(|is_code| *is_code = !*is_code)
            >
                <Icon name="lock" />
                {move || if is_code.get() { t.gate_code_cancel } else { t.gate_code_add }}
            </button>
            {opened.wishes.map(|wishes| wishes.run(()))}
        </div>
    }
}

/// One tap says most of what a courier has to say. Writing is a tap away, and off while they drive.
#[component]
fn ForCourier(talk: Talk, opened: Opened) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let is_writing = RwSignal::new(false);
    let reads_aloud = RwSignal::new(false);
    read_aloud(talk, reads_aloud);
    view! {
        <div class="composer composer--courier">
            <ul class="composer__quick" aria-label=t.quick>
                {t
                    .quick_replies
                    .into_iter()
                    .map(|reply| {
                        let say = move |_| talk.say(Body::Text { text: reply.into() });
                        view! {
                            <li>
                                <button type="button" class="button composer__reply" on:click=say>
                                    {reply}
                                </button>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
            {part(move || {
                if opened.is_driving.get() {
                    view! { <p class="composer__driving">{t.not_while_driving}</p> }.into_any()
                } else if is_writing.get() {
                    view! { <Writing talk is_code=false done=Callback::new(|()| ()) /> }.into_any()
                } else {
                    view! {
                        <button
                            type="button"
                            class="button button--quiet button--wide"
                            on:click=move |_| is_writing.set(true)
                        >
                            {t.write}
                        </button>
                    }
                        .into_any()
                }
            })}
            <label class="composer__aloud">
                <input
                    type="checkbox"
                    prop:checked=reads_aloud
                    on:change=move |event| reads_aloud.set(event_target_checked(&event))
                />
                {t.read_aloud}
            </label>
        </div>
    }
}

#[component]
fn Writing(talk: Talk, is_code: bool, done: Callback<()>) -> impl IntoView {
    let t = use_page_text::<ChatText>();
    let field = NodeRef::<Textarea>::new();
    let is_too_long = RwSignal::new(false);
    let say = move || {
        let Some(field) = field.get_untracked() else {
            return;
        };
        let text = field.value().trim().to_owned();
        let body = if is_code {
            Body::GateCode { code: text }
        } else {
            Body::Text { text }
        };
        is_too_long.set(body.words().chars().count() > TEXT_LIMIT);
        if body.is_readable() {
            field.set_value("");
            talk.say(body);
            done.run(());
        }
        drop(field.focus());
    };
    let label = if is_code { t.gate_code } else { t.message };
    view! {
        <form
            class="composer__form"
            on:submit=move |event: SubmitEvent| {
                event.prevent_default();
                say();
            }
        >
            <label class="visually-hidden" for="chat-field">
                {label}
            </label>
            <textarea
                class="composer__field"
                id="chat-field"
                rows="1"
                placeholder=label
                autocomplete="off"
                enterkeyhint="send"
                aria-describedby="chat-hint"
                node_ref=field
                on:input=move |_| {
                    is_too_long.set(false);
                    talk.type_on();
                }
                on:keydown=move |event: KeyboardEvent| {
                    if event.key() == "Enter" && !event.shift_key() && !event.is_composing() {
                        event.prevent_default();
                        say();
                    }
                }
            ></textarea>
            <button type="submit" class="button button--primary composer__send" aria-label=t.send>
                <Icon name="send" />
            </button>
        </form>
        <p class="composer__hint" id="chat-hint" role="status">
            {part(move || {
                if is_too_long.get() {
                    t.too_long.into_any()
                } else if is_code {
                    t.gate_code_hint.into_any()
                } else {
                    ().into_any()
                }
            })}
        </p>
    }
}

/// Reads what comes in, for somebody who looks at the road.
fn read_aloud(talk: Talk, is_on: RwSignal<bool>) {
    let t = use_page_text::<ChatText>();
    effect(move || {
        let Some(message) = talk.newest.get() else {
            return;
        };
        if !is_on.get_untracked() {
            return;
        }
        let name = talk.view.with_untracked(|view| {
            view.as_ref()
                .map(|view| view.other.name.clone())
                .unwrap_or_default()
        });
        let words = match &message.body {
            Body::Text { text } => (t.says)(&name, text),
            // Not for everyone in the van.
            Body::GateCode { .. } => (t.says)(&name, t.gate_code),
        };
        speak(&words);
    });
}

fn speak(words: &str) {
    let (Ok(voice), Ok(speech)) = (
        window().speech_synthesis(),
        web_sys::SpeechSynthesisUtterance::new_with_text(words),
    ) else {
        return;
    };
    let language = document()
        .document_element()
        .and_then(|page| page.get_attribute("lang"))
        .unwrap_or_default();
    speech.set_lang(&language);
    voice.speak(&speech);
}
