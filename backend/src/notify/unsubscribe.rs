//! Ways out of what is sent, without signing in: who has the letter may stop its kind, and nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use porchlight_domain::ids::PersonId;
use porchlight_domain::notification::{Channel, Choice, Kind};
use subtle::ConstantTimeEq;

use super::outbox::Entry;
use super::preferences;
use crate::accounts::Actor;
use crate::events::Batch;
use crate::{Backend, Error, Secret};

/// Bytes of the seal: nobody guesses them.
const SEAL: usize = 16;

/// What a way out stops.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WayOut {
    /// Whose.
    pub person: PersonId,
    /// What it is about.
    pub kind: Kind,
    /// On which channel.
    pub channel: Channel,
}

/// The way out of an entry's kind on its channel.
pub(super) fn token(secret: &Secret, entry: &Entry) -> String {
    let (kind, channel) = (entry.kind.as_str(), entry.channel.as_str());
    let plain = format!("{}.{kind}.{channel}", entry.person);
    let seal = seal(secret, entry.person.as_str(), kind, channel);
    let mut bytes = seal.to_vec();
    bytes.extend_from_slice(plain.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

fn seal(secret: &Secret, person: &str, kind: &str, channel: &str) -> [u8; SEAL] {
    let mac = secret.mac("way out", &[person, kind, channel]);
    let mut seal = [0; SEAL];
    seal.copy_from_slice(&mac[..SEAL]);
    seal
}

/// What a way out leads to; for whoever has it.
pub async fn way_out(backend: &Backend, token: &str) -> Result<WayOut, Error> {
    let found = read(backend.secret(), token).ok_or(Error::NotFound)?;
    let pool = backend.store().readers();
    // The account may be gone by now.
    preferences::queries::settings(pool, &found.person)
        .await?
        .ok_or(Error::NotFound)?;
    Ok(found)
}

fn read(secret: &Secret, token: &str) -> Option<WayOut> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (sealed, plain) = bytes.split_at_checked(SEAL)?;
    let mut parts = std::str::from_utf8(plain).ok()?.split('.');
    let (person, kind, channel) = (parts.next()?, parts.next()?, parts.next()?);
    let is_whole = parts.next().is_none();
    let own = seal(secret, person, kind, channel);
    if !is_whole || !bool::from(own.ct_eq(sealed)) {
        return None;
    }
    Some(WayOut {
        person: PersonId::from_text(person),
        kind: Kind::from_text(kind)?,
        channel: Channel::from_text(channel)?,
    })
}

/// Stops it. Stopping twice is stopping once.
pub async fn turn_off(backend: &Backend, token: &str) -> Result<WayOut, Error> {
    let way_out = way_out(backend, token).await?;
    let mut batch = Batch::begin(backend, &Actor::Anonymous).await?;
    let choice = Choice {
        kind: way_out.kind,
        channel: way_out.channel,
        is_on: false,
    };
    preferences::queries::choose(batch.tx().await?, &way_out.person, &choice).await?;
    preferences::record_change(&mut batch, &way_out.person);
    batch.commit().await?;
    Ok(way_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use porchlight_domain::notification::Details;
    use porchlight_domain::time::Timestamp;

    #[test]
    fn a_way_out_that_was_changed_leads_nowhere() {
        let secret = Secret::of("one");
        let at = Timestamp::from_millis(0);
        let entry = Entry {
            id: "ntf_1.email".into(),
            person: PersonId::from_text("per_1"),
            channel: Channel::Email,
            push_id: None,
            kind: Kind::Delivered,
            reference: None,
            details: Details::default(),
            created_at: at,
            expires_at: at,
            due_at: at,
            attempts: 1,
        };
        let token = token(&secret, &entry);
        let found = read(&secret, &token).expect("a way out");
        assert_eq!(
            (found.kind, found.channel),
            (Kind::Delivered, Channel::Email)
        );
        assert_eq!(found.person, entry.person);
        assert_eq!(read(&Secret::of("another"), &token), None);
        for place in 0..token.len() {
            let mut other = token.clone();
            let changed = if token.as_bytes()[place] == b'A' {
                "B"
            } else {
                "A"
            };
            other.replace_range(place..=place, changed);
            // The last digit has bits to spare, which the decoder refuses.
            assert_eq!(read(&secret, &other), None, "{place}");
        }
        for wrong in ["", "AAAA", "?", &token[1..]] {
            assert_eq!(read(&secret, wrong), None);
        }
    }
}
