//! Deleting what is too old, beside those who write because somebody waits.

use porchlight_domain::time::Timestamp;

use super::Store;
use crate::Error;

impl Store {
    /// Deletes what is older than `before`, a portion in each commit: what is posted meanwhile is written in
    /// between. Returns how many rows it was. `statement` deletes at most `$2` rows from before the
    /// millisecond `$1`. Two instances at once delete the same rows: no harm.
    pub(crate) async fn purge(
        &self,
        statement: &'static str,
        before: Timestamp,
        portion: u32,
    ) -> Result<u64, Error> {
        let mut all = 0;
        loop {
            let _turn = self.background_turn().await;
            let mut tx = self.begin().await?;
            let done = sqlx::query(statement)
                .bind(before.millis())
                .bind(i64::from(portion))
                .execute(&mut *tx)
                .await?;
            tx.commit().await?;
            all += done.rows_affected();
            if done.rows_affected() < u64::from(portion) {
                return Ok(all);
            }
        }
    }
}
