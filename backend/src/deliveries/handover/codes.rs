//! Codes and keys of one parcel on one way out with one courier: derived each time, and stored nowhere.
//!
//! They come from a random seed in the database and the operator's secret, which is not in it. Another courier,
//! run, way out or seed makes other ones, so that a code is dead as soon as one of these changes.

use porchlight_domain::delivery::{Assignment, Delivery, HandoverLevel};
use porchlight_domain::handover::{HandoverCode, HandoverKit, PresenceKey, TRIES, Verifier};
use porchlight_domain::reference::Reference;

use crate::deliveries::queries::SecretRow;
use crate::events::hex;
use crate::secret::Secret;

/// What a code is of.
#[derive(Debug, Clone)]
pub(super) struct Codes<'a> {
    secret: &'a Secret,
    parcel: Reference,
    assignment: &'a Assignment,
    attempt: u32,
}

impl<'a> Codes<'a> {
    /// None while nobody brings it.
    pub(super) fn of(secret: &'a Secret, delivery: &'a Delivery) -> Option<Self> {
        Some(Self {
            secret,
            parcel: delivery.reference,
            assignment: delivery.assignment.as_ref()?,
            attempt: delivery.attempts,
        })
    }

    /// Those of a courier's stop.
    pub(super) fn at_stop(
        secret: &'a Secret,
        parcel: Reference,
        assignment: &'a Assignment,
        attempt: u32,
    ) -> Self {
        Self {
            secret,
            parcel,
            assignment,
            attempt,
        }
    }

    /// Those of the way out before this one.
    pub(super) fn before(&self) -> Option<Self> {
        let attempt = self.attempt.checked_sub(1)?;
        Some(Self {
            attempt,
            ..self.clone()
        })
    }

    /// The live code.
    pub(super) fn code(&self, seed: &str, level: HandoverLevel) -> HandoverCode {
        let mut random = [0; 8];
        random.copy_from_slice(&self.derive("code", seed, level)[..8]);
        HandoverCode::from_random(level, u64::from_be_bytes(random))
    }

    /// What proves the courier.
    pub(super) fn presence_key(&self, seed: &str) -> PresenceKey {
        let (key, _) = halves(self.derive("presence", seed, HandoverLevel::TwoWay));
        PresenceKey::from_random(key)
    }

    /// What the courier's phone gets.
    pub(super) fn kit(&self, row: &SecretRow, level: HandoverLevel) -> HandoverKit {
        let (salt, _) = halves(self.derive("salt", &row.seed, level));
        let code = self.code(&row.seed, level);
        let tries = u32::try_from(row.wrong_tries).unwrap_or(TRIES);
        HandoverKit {
            level,
            presence_key: (level == HandoverLevel::TwoWay).then(|| self.presence_key(&row.seed)),
            verifier: Verifier::of(level, self.parcel, &code, hex(&salt)),
            tries_left: TRIES.saturating_sub(tries),
        }
    }

    fn derive(&self, purpose: &str, seed: &str, level: HandoverLevel) -> [u8; 32] {
        let Assignment { courier, run } = self.assignment;
        self.secret.mac(
            purpose,
            &[
                seed,
                level.as_str(),
                &self.parcel.to_string(),
                courier.as_str(),
                run.as_str(),
                &self.attempt.to_string(),
            ],
        )
    }
}

fn halves(bytes: [u8; 32]) -> ([u8; 16], [u8; 16]) {
    let (mut first, mut second) = ([0; 16], [0; 16]);
    first.copy_from_slice(&bytes[..16]);
    second.copy_from_slice(&bytes[16..]);
    (first, second)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use porchlight_domain::ids::{PersonId, RunId};

    use super::*;

    fn assignment(courier: &str, run: &str) -> Assignment {
        Assignment {
            courier: PersonId::from_text(courier),
            run: RunId::from_text(run),
        }
    }

    #[test]
    fn each_parcel_courier_run_way_out_and_seed_has_another_code() {
        let (one, other) = (Secret::of("one secret"), Secret::of("another"));
        let assignments = [
            assignment("per_1", "run_1"),
            assignment("per_2", "run_1"),
            assignment("per_1", "run_2"),
        ];
        let parcel = Reference::from_random;
        let mut all = vec![
            (Codes::at_stop(&one, parcel(1), &assignments[0], 1), "seed"),
            (Codes::at_stop(&one, parcel(1), &assignments[0], 1), "sead"),
            (Codes::at_stop(&one, parcel(1), &assignments[0], 2), "seed"),
            (Codes::at_stop(&one, parcel(2), &assignments[0], 1), "seed"),
            (
                Codes::at_stop(&other, parcel(1), &assignments[0], 1),
                "seed",
            ),
        ];
        all.extend(
            assignments[1..]
                .iter()
                .map(|assignment| (Codes::at_stop(&one, parcel(1), assignment, 1), "seed")),
        );
        let (count, codes) = (all.len(), all.into_iter());
        let codes: BTreeSet<String> = codes
            .map(|(codes, seed)| codes.code(seed, HandoverLevel::TwoWay).shown())
            .collect();
        assert_eq!(codes.len(), count);
    }

    #[test]
    fn the_operators_secret_is_told_by_nothing() {
        let secret = Secret::of("correct horse");
        let told = format!("{secret:?} {}", secret.mark());
        assert!(!told.contains("correct"), "{told}");
        assert_eq!(secret.mark(), Secret::of(" correct horse\n").mark());
        assert_ne!(secret.mark(), Secret::of("battery staple").mark());
    }
}
