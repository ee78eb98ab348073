//! A notification as a letter: the same words as plain text and as HTML.

use porchlight_domain::hold::PickUpPass;
use porchlight_domain::notification::Shortcut;
use porchlight_domain::notification::text::Message;

use super::qr::Picture;
use super::{Job, Writer};
use crate::notify::outbox::Entry;

/// What a letter calls the picture of the pass.
pub(super) const PASS: &str = "pick-up-pass";

/// What it says, and where its links lead.
pub(super) struct Letter<'a> {
    job: &'a Job,
    message: Message,
    url: String,
    /// What that link is called.
    way: &'static str,
    why: String,
    /// A page that ends letters of this kind, and the address at which a mail program does.
    ways_out: (String, String),
    picture: Option<Picture>,
}

impl<'a> Letter<'a> {
    pub(super) fn of(entry: &Entry, job: &'a Job, writer: &Writer) -> Self {
        let likeliest = entry.kind.shortcuts().first().copied();
        Self {
            job,
            message: job.message(entry),
            url: writer.url(entry),
            way: job.language.shortcut(likeliest.unwrap_or(Shortcut::Track)),
            why: job.language.why(entry.kind),
            ways_out: writer.ways_out(entry),
            picture: job.pass_picture(),
        }
    }

    pub(super) fn title(&self) -> &str {
        &self.message.title
    }

    /// The address at which a mail program ends letters of this kind (RFC 8058).
    pub(super) fn one_click(&self) -> &str {
        &self.ways_out.1
    }

    /// The square code that the HTML shows.
    pub(super) fn into_picture(self) -> Option<Picture> {
        self.picture
    }

    pub(super) fn plain(&self) -> String {
        let office: Vec<_> = self.office().collect();
        let paragraphs = [
            self.message.title.clone(),
            self.message.body.clone(),
            office.join("\n"),
            format!("{}: {}", self.way, self.url),
        ];
        let said: Vec<_> = paragraphs
            .into_iter()
            .filter(|paragraph| !paragraph.is_empty())
            .collect();
        format!(
            "{said}\n\n-- \n{why}\n{stop}: {way_out}\n",
            said = said.join("\n\n"),
            why = self.why,
            stop = self.job.language.stop(),
            way_out = self.ways_out.0,
        )
    }

    pub(super) fn html(&self) -> String {
        let language = self.job.language;
        let office: Vec<_> = self.office().map(escaped).collect();
        let office = match office.join("<br>").as_str() {
            "" => String::new(),
            office => format!("<p style=\"margin:0 0 24px\">{office}</p>"),
        };
        let pass = self.job.pass().zip(self.picture.as_ref());
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
            title = escaped(&self.message.title),
            body = escaped(&self.message.body),
            url = escaped(&self.url),
            way = escaped(self.way),
            why = escaped(&self.why),
            stop = escaped(language.stop()),
            way_out = escaped(&self.ways_out.0),
        )
    }

    /// Where the post office is, and when it is open.
    fn office(&self) -> impl Iterator<Item = &str> {
        let pick_up = self.job.pick_up.iter();
        pick_up.flat_map(|at| std::iter::once(&*at.address).chain(at.opening_hours.as_deref()))
    }
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

/// Words are words, also those of a stranger.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
