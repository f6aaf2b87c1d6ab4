//! The stories of a help desk, told from outside: the real binary, real git, real HTTP, real SMTP.

mod kit;

mod architecture;
mod declare;
