//! A database: redb, which is part of the program that uses it, as SQLite is.

use std::io;
use std::path::{Path, PathBuf};

use redb::{ConcurrencyMode, Database, Error, ReadableTable, TableDefinition};

const ORDERS: TableDefinition<&str, u64> = TableDefinition::new("orders");

/// How many orders a job notes down, each in a transaction of its own.
const COMMITS: u64 = 5;

/// A database of how often what was ordered.
pub(super) struct Orders {
    /// The file it is in.
    pub(super) path: PathBuf,
    database: Database,
}

impl Orders {
    /// Opens the database in this file, or makes it.
    ///
    /// # Errors
    /// When it cannot be opened, among others because another process has locked it.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        // The default is one process only.
        let mut builder = Database::builder();
        builder.set_concurrency_mode(ConcurrencyMode::MultiWriter);
        let database = builder.create(path).map_err(io::Error::other)?;
        Ok(Self { path: path.to_owned(), database })
    }

    /// Notes down some orders; says how many.
    ///
    /// # Errors
    /// What the database reports.
    pub(super) fn note_down(&self) -> io::Result<u64> {
        for _ in 0..COMMITS {
            self.commit_one().map_err(io::Error::other)?;
        }
        Ok(COMMITS)
    }

    /// Returns when the order is on the disk, and before that waits until no other transaction
    /// writes: there is one at a time.
    fn commit_one(&self) -> Result<(), Error> {
        let transaction = self.database.begin_write()?;
        {
            let mut orders = transaction.open_table(ORDERS)?;
            let so_far = orders.get("soup")?.map_or(0, |count| count.value());
            orders.insert("soup", so_far + 1)?;
        }
        Ok(transaction.commit()?)
    }
}

#[cfg(test)]
mod tests;
