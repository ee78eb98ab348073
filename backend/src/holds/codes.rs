//! Pick-up codes and passes: derived each time they are shown, and stored nowhere.
//!
//! A code comes from a random seed in the database and the operator's secret. It is found by its keyed hash, so that
//! whoever reads the database has neither a code nor a way to try some.

use ed25519_dalek::{Signer, SigningKey};
use porchlight_domain::hold::{DeskView, Pass, PickUpCode, PickUpPass, pass_message};
use porchlight_domain::ids::PostOfficeId;
use porchlight_domain::reference::Reference;
use porchlight_domain::time::Timestamp;

use super::offices::keyed_hash;
use super::queries::{self, CodeRow, NewCode};
use crate::events::{Batch, hex};
use crate::{Backend, Error};

/// Two codes of 40 bits are hardly ever the same.
const ATTEMPTS: usize = 4;

/// What finds a code.
pub(super) fn hash_of(backend: &Backend, code: &PickUpCode) -> String {
    keyed_hash(backend, "pick-up code", &[code.digits()])
}

fn derive(backend: &Backend, reference: &str, id: &str, seed: &str) -> PickUpCode {
    let bytes = backend
        .secret()
        .mac("pick-up code of a seed", &[reference, id, seed]);
    let mut random = [0; 8];
    random.copy_from_slice(&bytes[..8]);
    PickUpCode::from_random(u64::from_be_bytes(random))
}

/// The code of a row; none where it was made with another secret of the operator.
pub(super) fn code_of(backend: &Backend, row: &CodeRow) -> Option<PickUpCode> {
    let is_ours = row.secret_mark == backend.secret().mark();
    if !is_ours {
        tracing::error!(
            "A pick-up code was made with another secret: see `secret` in the settings"
        );
    }
    is_ours.then(|| derive(backend, &row.reference, &row.id, &row.seed))
}

/// Makes a code for the recipient, or for somebody in their stead.
pub(super) async fn make(
    batch: &mut Batch,
    reference: Reference,
    delegate: Option<&str>,
) -> Result<(), Error> {
    for _ in 0..ATTEMPTS {
        let id = format!("puc_{}", hex(&batch.random_bytes::<16>()));
        let seed = hex(&batch.random_bytes::<32>());
        let backend = batch.backend().clone();
        let code = derive(&backend, &reference.to_string(), &id, &seed);
        let new = NewCode {
            id: &id,
            reference,
            delegate,
            seed: &seed,
            secret_mark: &backend.secret().mark(),
            code_hash: &hash_of(&backend, &code),
            mark: &DeskView::mark(reference, &code),
        };
        let now = batch.now();
        if queries::insert_code(batch.tx().await?, &new, now).await? {
            return Ok(());
        }
    }
    Err(Error::Internal)
}

/// The code with its signed form.
pub(super) fn pass_of(
    backend: &Backend,
    row: &CodeRow,
    reference: Reference,
    office: PostOfficeId,
    keep_until: Timestamp,
) -> Option<PickUpPass> {
    let code = code_of(backend, row)?;
    let shown = code.shown();
    let pass = Pass {
        reference,
        code,
        office,
        keep_until,
        delegate: row.delegate.clone(),
    };
    let message = pass_message(&pass);
    let signature = signing_key(backend).sign(message.as_bytes());
    Some(PickUpPass {
        code: shown,
        pass: format!("{message}/{}", hex(&signature.to_bytes())),
    })
}

/// What passes are signed with: the same on every instance, and gone with the operator's secret.
fn signing_key(backend: &Backend) -> SigningKey {
    SigningKey::from_bytes(&backend.secret().mac("pick-up pass signing key", &[]))
}

/// What desks check passes with, in hex.
pub(super) fn public_key(backend: &Backend) -> String {
    hex(signing_key(backend).verifying_key().as_bytes())
}
