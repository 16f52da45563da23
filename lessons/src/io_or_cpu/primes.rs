//! Heavy work: the sieve of Eratosthenes. It waits for nothing.

/// Far enough to keep a processor busy for a while.
const LIMIT: usize = 2_000_000;

/// How many primes there are below two million.
pub(super) fn count() -> u64 {
    count_below(LIMIT)
}

fn count_below(limit: usize) -> u64 {
    let mut is_prime = vec![true; limit];
    let mut count = 0;
    for number in 2..limit {
        if is_prime[number] {
            count += 1;
            let mut multiple = 2 * number;
            while multiple < limit {
                is_prime[multiple] = false;
                multiple += number;
            }
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::count_below;

    #[test]
    fn primes_are_counted() {
        for (limit, count) in [(0, 0), (2, 0), (3, 1), (10, 4), (100, 25), (1_000, 168)] {
            assert_eq!(count_below(limit), count, "below {limit}");
        }
    }
}
