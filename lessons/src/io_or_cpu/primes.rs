//! Heavy work: the sieve of Eratosthenes. It waits for nothing.

/// Far enough to keep a processor busy for a while.
const LIMIT: usize = 2_000_000;

/// How many primes there are below two million.
pub(super) fn count() -> u64 {
    let mut is_prime = vec![true; LIMIT];
    let mut count = 0;
    for number in 2..LIMIT {
        if is_prime[number] {
            count += 1;
            let mut multiple = 2 * number;
            while multiple < LIMIT {
                is_prime[multiple] = false;
                multiple += number;
            }
        }
    }
    count
}
