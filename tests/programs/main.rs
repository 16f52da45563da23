//! Programs that nobody here wrote, on our loop: each talks with a peer of another make.
