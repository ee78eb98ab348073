//! Pictures that couriers take at doors: kept under the hash of their bytes, shown to the parcel's
//! recipient, its courier and the admins, and to nobody else.

mod form;
pub(crate) mod queries;
#[cfg(test)]
mod tests;

use std::time::Duration;

use bytes::Bytes;
use porchlight_domain::delivery::{Picture, PictureHash, Status};
use porchlight_domain::reference::Reference;
use sha2::{Digest, Sha256};

use crate::accounts::Actor;
use crate::deliveries::{self, Viewer};
use crate::events::{Batch, hex};
use crate::{Backend, Error, schedule};

pub use form::InvalidPicture;

/// The largest picture, bytes: a phone's photo at 1,600 pixels takes about that.
pub const MAX_PICTURE_BYTES: usize = 240 * 1024;
/// More than any honest parcel has, over several times out.
const MOST_OF_A_PARCEL: i64 = 24;
/// Of safe places, over several tries to take a good one.
const MOST_OF_A_RECIPIENT: i64 = 8;
/// How long a picture waits for the change that names it, seconds. Phones send both in one go.
const WAITS_S: f64 = 24.0 * 3600.0;
const SWEEP: Duration = Duration::from_hours(1);
/// Pictures deleted in one commit.
const PORTION: u32 = 100;

/// A picture as it is kept.
#[derive(Debug, Clone)]
pub struct KeptPicture {
    /// `image/jpeg` or `image/png`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Bytes,
}

/// Keeps a picture of a parcel until a change of its status names it. Sending it again changes nothing.
pub async fn keep(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    hash: &PictureHash,
    bytes: &[u8],
) -> Result<(), Error> {
    let (status, most) = sender(actor, backend, reference).await?;
    let person = &actor.person()?.id;
    let media_type = form::media_type(bytes)?.as_str();
    if hex(&Sha256::digest(bytes)) != hash.as_str() {
        return Err(Error::invalid(
            "hash",
            &"the picture is another than its hash says",
        ));
    }
    if queries::is_kept(backend.store().readers(), reference, hash).await? {
        return Ok(());
    }
    if status.is_final() {
        return Err(Error::Conflict {
            detail: "this delivery is over: it takes no pictures any more".into(),
        });
    }
    if queries::count_of(backend.store().readers(), reference, person).await? >= most {
        return Err(Error::Conflict {
            detail: format!("you can send at most {most} pictures of a parcel"),
        });
    }
    let new = queries::NewPicture {
        reference,
        hash,
        media_type,
        bytes,
        taken_by: person,
    };
    let mut tx = backend.store().begin().await?;
    queries::insert(&mut tx, &new, backend.now()).await?;
    tx.commit().await?;
    Ok(())
}

/// Where the parcel stands, and how many pictures whoever sends one may send: its courier, who may have done
/// something with it before it was moved to another day, or its recipient, of a safe place.
async fn sender(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
) -> Result<(Status, i64), Error> {
    match deliveries::load_for(actor, backend, reference).await {
        Ok((row, Viewer::Courier)) => Ok((row.status()?, MOST_OF_A_PARCEL)),
        Ok((row, Viewer::Customer)) => Ok((row.status()?, MOST_OF_A_RECIPIENT)),
        Ok(_) => Err(Error::Forbidden),
        Err(Error::NotFound) if schedule::has_left(actor, backend, reference).await? => {
            let row =
                deliveries::queries::by_reference(backend.store().readers(), reference).await?;
            let row = row.ok_or(Error::NotFound)?;
            Ok((row.status()?, MOST_OF_A_PARCEL))
        }
        Err(error) => Err(error),
    }
}

/// A picture that a change of the parcel's status named.
pub async fn picture(
    actor: &Actor,
    backend: &Backend,
    reference: Reference,
    hash: &PictureHash,
) -> Result<KeptPicture, Error> {
    let (_, viewer) = deliveries::load_for(actor, backend, reference).await?;
    if viewer == Viewer::ShareLink {
        return Err(Error::NotFound);
    }
    let row = queries::claimed(backend.store().readers(), reference, hash).await?;
    let row = row.ok_or(Error::NotFound)?;
    let form = form::Form::from_text(&row.media_type).ok_or(Error::Internal)?;
    Ok(KeptPicture {
        media_type: form.as_str(),
        bytes: row.bytes.into(),
    })
}

/// Shows the pictures that a change names, within its batch. All of them must be there.
pub(crate) async fn claim(
    batch: &mut Batch,
    reference: Reference,
    pictures: &[Picture],
) -> Result<(), Error> {
    let now = batch.now();
    for picture in pictures {
        if !queries::claim(batch.tx().await?, reference, &picture.hash, now).await? {
            return Err(Error::invalid(
                "pictures",
                &"send each picture before it is named",
            ));
        }
    }
    Ok(())
}

/// Deletes pictures that nothing named, for ever.
pub(crate) fn begin(backend: &Backend) {
    backend.keep_doing_every(SWEEP, |backend| async move {
        if let Err(error) = backend.while_database_answers(purge(&backend)).await {
            tracing::warn!(%error, "Pictures that nothing names could not be deleted");
        }
    });
}

pub(crate) async fn purge(backend: &Backend) -> Result<u64, Error> {
    let before = backend.now().plus_s(-WAITS_S);
    backend.store().purge(queries::PURGE, before, PORTION).await
}
