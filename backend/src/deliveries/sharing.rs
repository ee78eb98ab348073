//! Share links: a customer lets others watch one delivery, until it ends or they say so.

use porchlight_domain::delivery::Delivery;
use porchlight_domain::event::Fact;
use porchlight_domain::ids::ShareId;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;
use porchlight_domain::tracking::{NewShareLink, ShareLink, SharedView};

use super::access::Viewer;
use super::queries::{self, ShareRow};
use super::{entries, load_for};
use crate::accounts::{Actor, SecretToken, ShareGrant};
use crate::events::{Batch, Listener, View};
use crate::{Backend, Error, tracking};

/// A link lives this long at most, seconds: three days.
const LIFETIME_S: f64 = 3.0 * 24.0 * 3600.0;
const MAX_LABEL_CHARS: usize = 60;
/// Live links a delivery may have.
const MAX_ACTIVE: usize = 10;

/// The links of a delivery, newest first; only its customer sees them.
pub async fn shares(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<Vec<ShareLink>, Error> {
    must_be_customer(actor, backend, reference).await?;
    let rows = queries::shares(backend.store().readers(), reference).await?;
    Ok(rows.iter().map(|row| row.link(backend.now())).collect())
}

/// Makes a link. The token in its path is shown this once and stored only as a hash.
pub async fn share(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    label: &str,
) -> Result<NewShareLink, Error> {
    let delivery = must_be_customer(actor, backend, reference).await?;
    if delivery.status.is_final() {
        return Err(Error::Conflict {
            detail: "this delivery is over: there is nothing left to watch".into(),
        });
    }
    let label = label.trim();
    if label.chars().count() > MAX_LABEL_CHARS || label.chars().any(char::is_control) {
        return Err(Error::invalid("label", &"use at most 60 characters"));
    }
    let mut batch = Batch::begin(backend, actor).await?;
    let now = batch.now();
    let open = queries::open_shares(batch.tx().await?, reference).await?;
    if open.iter().filter(|row| row.link(now).active).count() >= MAX_ACTIVE {
        return Err(Error::Conflict {
            detail: "end a link first: a delivery has at most ten".into(),
        });
    }
    let id = ShareId::from_random(backend.random_bytes());
    let token = SecretToken::from_random(backend.random_bytes());
    let expires_at = now.plus_s(LIFETIME_S);
    let new = queries::NewShare {
        id: &id,
        token_hash: &token.hash(),
        reference,
        created_by: &delivery.customer,
        label,
        created_at: now,
        expires_at,
    };
    queries::insert_share(batch.tx().await?, &new).await?;
    let fact = Fact::ShareCreated { share: id.clone() };
    batch.record(&reference, fact, [Listener::recipient(&delivery.customer)]);
    batch.commit().await?;
    Ok(NewShareLink {
        link: ShareLink {
            id,
            label: label.to_owned(),
            created_at: now,
            expires_at,
            active: true,
        },
        path: format!("/s/{}", token.as_str()),
    })
}

/// Ends a link at once: those who watch by it are cut off. Ending it twice changes nothing.
pub async fn revoke_share(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    share: &ShareId,
) -> Result<(), Error> {
    let delivery = must_be_customer(actor, backend, reference).await?;
    let known = queries::shares(backend.store().readers(), reference).await?;
    if !known.iter().any(|row| row.id == share.as_str()) {
        return Err(Error::NotFound);
    }
    let mut batch = Batch::begin(backend, actor).await?;
    let now = batch.now();
    if queries::revoke_share(batch.tx().await?, share, reference, now).await? {
        let fact = Fact::ShareRevoked {
            share: share.clone(),
        };
        batch.record(&reference, fact, [Listener::recipient(&delivery.customer)]);
        batch.commit().await?;
    }
    Ok(())
}

/// What a link gives, if it is live.
pub async fn open_share(backend: &Backend, token: &str) -> Result<Actor, Error> {
    let (grant, _) = grant_of(backend, token).await?;
    Ok(Actor::Share(grant))
}

/// What someone with a link sees.
pub async fn shared(backend: &Backend, token: &str) -> Result<SharedView, Error> {
    let (grant, expires_at) = grant_of(backend, token).await?;
    let reference = grant.delivery;
    let actor = Actor::Share(grant);
    Ok(SharedView {
        tracking: tracking::overview(&actor, backend, reference).await?,
        timeline: entries(backend, reference, View::ShareLink).await?,
        expires_at,
    })
}

async fn grant_of(backend: &Backend, token: &str) -> Result<(ShareGrant, Timestamp), Error> {
    let token = SecretToken::claimed(token).ok_or(Error::NotFound)?;
    let row = queries::share_by_token(backend.store().readers(), &token.hash())
        .await?
        .ok_or(Error::NotFound)?;
    let link = row.link(backend.now());
    if !link.active {
        return Err(Error::NotFound);
    }
    let delivery = row
        .reference
        .parse()
        .map_err(|_| queries::unreadable("reference"))?;
    let grant = ShareGrant {
        share: link.id,
        delivery,
    };
    Ok((grant, link.expires_at))
}

/// Ends the links to a delivery that is over.
pub(super) async fn end_all(
    batch: &mut Batch,
    delivery: &Delivery,
    open: Vec<ShareRow>,
) -> Result<(), Error> {
    let now = batch.now();
    for row in open {
        let share = ShareId::from_text(row.id);
        if queries::revoke_share(batch.tx().await?, &share, delivery.reference, now).await? {
            let fact = Fact::ShareRevoked { share };
            batch.record(
                &delivery.reference,
                fact,
                [Listener::recipient(&delivery.customer)],
            );
        }
    }
    Ok(())
}

async fn must_be_customer(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<Delivery, Error> {
    let (row, viewer) = load_for(actor, backend, reference).await?;
    match viewer {
        Viewer::Customer => Ok(row.delivery()?),
        Viewer::Courier | Viewer::Admin => Err(Error::Forbidden),
        Viewer::ShareLink => Err(Error::NotFound),
    }
}
