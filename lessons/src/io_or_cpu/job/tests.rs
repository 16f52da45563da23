use std::ffi::OsStr;
use std::path::PathBuf;

use super::Job;

/// What another process makes of the job.
fn handed_over(job: &Job) -> Job {
    let [kind, place] = job.to_arguments();
    Job::from_arguments(&kind, &place).unwrap()
}

#[test]
fn a_job_is_the_same_in_another_process() {
    let server = "127.0.0.1:4711".parse().unwrap();
    assert!(matches!(handed_over(&Job::Network(server)), Job::Network(it) if it == server));
    let path = PathBuf::from("/in the kitchen/file-1");
    assert!(matches!(handed_over(&Job::Files(path.clone())), Job::Files(it) if it == path));
    assert!(matches!(handed_over(&Job::HeavyWork), Job::HeavyWork));
}

#[test]
fn a_job_of_no_kind_is_refused() {
    let refused = Job::from_arguments(OsStr::new("dish washing"), OsStr::new(""));
    assert_eq!(refused.err().unwrap().to_string(), "there is no such kind of work");
}
