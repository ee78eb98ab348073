//! E-mail over SMTP: plain text and HTML, with a way out in one click (RFC 8058).

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

use super::letter::{Letter, PASS};
use super::{Job, Outcome, SettingsError, TIMEOUT, Writer};
use crate::breaker::Breaker;
use crate::notify::outbox::Entry;

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
    let letter = Letter::of(entry, job, writer);
    Message::builder()
        .from(from.clone())
        .to(to)
        .subject(letter.title())
        // Sent twice, it is the same letter.
        .message_id(Some(format!("<{}@{}>", entry.id, writer.host())))
        .raw_header(header(
            "List-Unsubscribe",
            format!("<{}>", letter.one_click()),
        ))
        .raw_header(header(
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click".into(),
        ))
        .raw_header(header("Auto-Submitted", "auto-generated".into()))
        .multipart(forms(letter))
}

/// The letter as plain text and as HTML, with the pass beside that.
fn forms(letter: Letter<'_>) -> MultiPart {
    let html = SinglePart::html(letter.html());
    let both = MultiPart::alternative().singlepart(SinglePart::plain(letter.plain()));
    match letter.into_picture() {
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
