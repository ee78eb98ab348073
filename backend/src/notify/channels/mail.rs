//! E-mail over SMTP: plain text and HTML, with a way out in one click (RFC 8058).

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use porchlight_domain::hold::PickUpPass;
use porchlight_domain::notification::Shortcut;
use porchlight_domain::notification::text::Language;

use super::qr::Picture;
use super::{Job, Outcome, SettingsError, TIMEOUT, Writer};
use crate::breaker::Breaker;
use crate::notify::outbox::Entry;

/// What a letter calls the picture of the pass.
const PASS: &str = "pick-up-pass";

/// How e-mail is set up.
#[derive(Clone)]
pub struct MailSettings {
    /// `smtps://user:password@host`, or `smtp://host:port` with `?tls=required` or `?tls=opportunistic`.
    pub url: String,
    /// `Porchlight <parcels@example.org>`.
    pub from: String,
}

impl std::fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The address of the server has its password.
        write!(f, "MailSettings({})", self.from)
    }
}

/// The carrier.
pub(super) struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    pub(super) breaker: Breaker,
}

impl Mail {
    pub(super) fn of(settings: &MailSettings) -> Result<Self, SettingsError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(&settings.url)
            .map_err(SettingsError::SmtpUrl)?
            .timeout(Some(TIMEOUT))
            .build();
        Ok(Self {
            transport,
            from: settings.from.parse().map_err(SettingsError::MailFrom)?,
            breaker: super::breaker(),
        })
    }

    pub(super) async fn send(
        &self,
        entry: &Entry,
        job: &Job,
        address: &str,
        writer: &Writer,
    ) -> Outcome {
        let gone = |problem: String| Outcome::Gone {
            address: address.to_owned(),
            problem,
        };
        let Ok(to) = address.parse() else {
            return gone("this is not an address".to_owned());
        };
        let name = Some(job.name.clone()).filter(|name| !name.is_empty());
        let letter = match letter(&self.from, Mailbox::new(name, to), entry, job, writer) {
            Ok(letter) => letter,
            Err(error) => return Outcome::Refused(error.to_string()),
        };
        match self.transport.send(letter).await {
            Ok(_) => Outcome::Sent,
            Err(error) => judge(&error, gone),
        }
    }
}

/// A mailbox that does not exist is given up; a letter that is refused for another reason is; everything else is
/// tried again, our own wrong password included.
fn judge(error: &lettre::transport::smtp::Error, gone: impl Fn(String) -> Outcome) -> Outcome {
    let problem: String = error.to_string().chars().take(300).collect();
    let code = error.status().map_or(0, u16::from);
    let says = |status: &str| problem.contains(status);
    match code {
        550 | 551 | 553 if !says("5.7.") && !says("5.2.") => gone(problem),
        550..=555 => Outcome::Refused(problem),
        _ => Outcome::failed(&problem),
    }
}

fn letter(
    from: &Mailbox,
    to: Mailbox,
    entry: &Entry,
    job: &Job,
    writer: &Writer,
) -> Result<Message, lettre::error::Error> {
    let message = job.message(entry);
    let (_, one_click) = writer.ways_out(entry);
    Message::builder()
        .from(from.clone())
        .to(to)
        .subject(message.title)
        // Sent twice, it is the same letter.
        .message_id(Some(format!("<{}@{}>", entry.id, writer.host())))
        .raw_header(header("List-Unsubscribe", format!("<{one_click}>")))
        .raw_header(header(
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click".into(),
        ))
        .raw_header(header("Auto-Submitted", "auto-generated".into()))
        .multipart(forms(entry, job, writer))
}

/// The letter as plain text and as HTML, with the pass beside that.
fn forms(entry: &Entry, job: &Job, writer: &Writer) -> MultiPart {
    let plain = SinglePart::plain(plain(entry, job, writer));
    let picture = job.pass_picture();
    let html = SinglePart::html(html(entry, job, writer, picture.as_ref()));
    let both = MultiPart::alternative().singlepart(plain);
    match picture {
        Some(picture) => {
            let picture = Attachment::new_inline(PASS.to_owned()).body(picture.png, png());
            both.multipart(MultiPart::related().singlepart(html).singlepart(picture))
        }
        None => both.singlepart(html),
    }
}

fn png() -> ContentType {
    ContentType::parse("image/png").unwrap_or(ContentType::TEXT_PLAIN)
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// What the link is called.
fn way(entry: &Entry, language: Language) -> &'static str {
    let likeliest = entry.kind.shortcuts().first();
    language.shortcut(likeliest.copied().unwrap_or(Shortcut::Track))
}

/// The letter as plain text.
pub(super) fn plain(entry: &Entry, job: &Job, writer: &Writer) -> String {
    let language = job.language;
    let message = job.message(entry);
    let (way_out, _) = writer.ways_out(entry);
    let url = writer.url(entry);
    let way = way(entry, language);
    let mut body = match message.body.as_str() {
        "" => String::new(),
        body => format!("{body}\n\n"),
    };
    for line in office_lines(job) {
        body += line;
        body += "\n";
    }
    if job.pick_up.is_some() {
        body += "\n";
    }
    format!(
        "{title}\n\n{body}{way}: {url}\n\n-- \n{why}\n{stop}: {way_out}\n",
        title = message.title,
        why = language.why(entry.kind),
        stop = language.stop(),
    )
}

/// Where the post office is, and when it is open.
fn office_lines(job: &Job) -> impl Iterator<Item = &str> {
    let pick_up = job.pick_up.iter();
    pick_up.flat_map(|at| std::iter::once(&*at.address).chain(at.opening_hours.as_deref()))
}

/// The pass to be scanned, and its code to be read out.
fn pass_html(pass: &PickUpPass, picture: &Picture) -> String {
    let (code, side) = (escaped(&pass.code), picture.side);
    format!(
        "<p style=\"margin:0 0 24px\"><img src=\"cid:{PASS}\" alt=\"{code}\" width=\"{side}\" height=\"{side}\" \
         style=\"display:block;border-radius:8px\">\
         <span style=\"display:block;width:{side}px;padding-top:8px;text-align:center;\
         font:600 22px ui-monospace,monospace;letter-spacing:1px\">{code}</span></p>"
    )
}

fn html(entry: &Entry, job: &Job, writer: &Writer, picture: Option<&Picture>) -> String {
    let language = job.language;
    let message = job.message(entry);
    let (way_out, _) = writer.ways_out(entry);
    let office: Vec<_> = office_lines(job).map(escaped).collect();
    let office = match office.join("<br>").as_str() {
        "" => String::new(),
        office => format!("<p style=\"margin:0 0 24px\">{office}</p>"),
    };
    let pass = job.pass().zip(picture);
    let pass = pass.map(|(pass, picture)| pass_html(pass, picture));
    let pass = pass.unwrap_or_default();
    format!(
        "<!DOCTYPE html><html lang=\"{lang}\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{title}</title></head>\
         <body style=\"margin:0;padding:24px;background:#f6f3ec;color:#141d33;\
         font:16px/1.5 system-ui,sans-serif\">\
         <div style=\"max-width:32rem;margin:auto;padding:24px;border-radius:16px;background:#fffdf9\">\
         <p style=\"margin:0 0 16px;font-weight:700\">Porchlight</p>\
         <h1 style=\"margin:0 0 8px;font-size:22px;line-height:1.3\">{title}</h1>\
         <p style=\"margin:0 0 24px\">{body}</p>{office}{pass}\
         <p style=\"margin:0\"><a href=\"{url}\" style=\"display:inline-block;padding:12px 20px;\
         border-radius:999px;background:#ffb547;color:#1d1505;font-weight:600;text-decoration:none\">\
         {way}</a></p></div>\
         <p style=\"max-width:32rem;margin:16px auto;font-size:13px;color:#4f5a73\">{why}<br>\
         <a href=\"{way_out}\" style=\"color:inherit\">{stop}</a></p></body></html>",
        lang = language.tag(),
        title = escaped(&message.title),
        body = escaped(&message.body),
        url = escaped(&writer.url(entry)),
        way = escaped(way(entry, language)),
        why = escaped(&language.why(entry.kind)),
        stop = escaped(language.stop()),
        way_out = escaped(&way_out),
    )
}

/// Words are words, also those of a stranger.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
