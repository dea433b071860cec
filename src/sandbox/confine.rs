//! What a worker gives up before its first input. Each piece is taken as far as the kernel has it, and what holds is said.

use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr, RulesetStatus, Scope};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::process::{Resource, Rlimit, Signal, getpid, kill_process, setrlimit};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter_all_threads,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::io;
use std::thread;

/// The newest set of rights that is asked for; a kernel that knows fewer takes away those.
const NEWEST: ABI = ABI::V6;
/// Input, output, and what was said on standard error.
const FILES: u64 = 3;
/// The stack of the thread that watches.
const STACK: usize = 64 << 10;

/// How far Landlock holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Landlock {
    /// No file, no network, no signal to others.
    Fully,
    /// As much of it as this kernel knows.
    Partly,
    /// This kernel has none.
    Not,
}

/// What holds a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// So many bytes its address space is at most.
    pub memory: u64,
    /// It can write no file and no core, open no file, and start no process: limits of resources. Those of a user who may
    /// raise them anew do not count for much.
    pub resources: bool,
    /// No program that it could start would gain rights.
    pub no_new_privileges: bool,
    /// Landlock.
    pub landlock: Landlock,
    /// System calls other than those of a computation are refused.
    pub system_calls: bool,
}

/// Takes from this process whatever it does not need to read its input, compute and write its output.
///
/// # Errors
/// Only what makes a worker useless or dangerous: no limit of memory, no thread that watches.
pub(super) fn confine(memory: u64) -> io::Result<Held> {
    limit(Resource::As, memory)?;
    let no_new_privileges = rustix::thread::set_no_new_privs(true).is_ok();
    let landlock = landlock();
    watch()?;
    let limits = [(Resource::Core, 0), (Resource::Fsize, 0), (Resource::Nofile, FILES), (Resource::Nproc, 0)];
    // Every one is tried.
    let failed = limits.into_iter().filter(|(resource, most)| limit(*resource, *most).is_err()).count();
    let system_calls = filter().is_some_and(|program| apply_filter_all_threads(&program).is_ok());
    Ok(Held { memory, resources: failed == 0, no_new_privileges, landlock, system_calls })
}

fn limit(resource: Resource, most: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })?)
}

/// Every access of files, of networks and of other processes is handled, and none is allowed.
fn landlock() -> Landlock {
    let restricted = Ruleset::default()
        .handle_access(AccessFs::from_all(NEWEST))
        .and_then(|rules| rules.handle_access(AccessNet::from_all(NEWEST)))
        .and_then(|rules| rules.scope(Scope::from_all(NEWEST)))
        .and_then(|rules| rules.create()?.restrict_self());
    match restricted.map(|status| status.ruleset) {
        Ok(RulesetStatus::FullyEnforced) => Landlock::Fully,
        Ok(RulesetStatus::PartiallyEnforced) => Landlock::Partly,
        _ => Landlock::Not,
    }
}

/// Ends this process when nobody reads its output any more, whatever it is doing: a parent that was killed leaves no child
/// behind. The signal of a parent's death would come from the end of the one thread that started the child.
fn watch() -> io::Result<()> {
    thread::Builder::new().stack_size(STACK).spawn(|| {
        let output = io::stdout();
        loop {
            // Of a pipe that is written to, only its end is told.
            let mut watched = [PollFd::new(&output, PollFlags::empty())];
            let told = poll(&mut watched, None);
            let interrupted = told.is_err_and(|error| error == rustix::io::Errno::INTR);
            if !interrupted {
                // The filter may refuse the signal: then it ends as a process that is killed by the kernel does.
                let _ = kill_process(getpid(), Signal::KILL);
                std::process::abort();
            }
        }
    })?;
    Ok(())
}

/// What a computation calls. Anything else fails as not permitted, rather than kills: a library that asks for something in
/// vain goes on without.
fn filter() -> Option<BpfProgram> {
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = CALLS.iter().map(|call| (*call, Vec::new())).collect();
    // Memory never becomes code.
    let flag = u64::try_from(libc::PROT_EXEC).ok()?;
    for call in [libc::SYS_mmap, libc::SYS_mprotect] {
        let data = SeccompCondition::new(2, SeccompCmpArgLen::Dword, SeccompCmpOp::MaskedEq(flag), 0).ok()?;
        rules.insert(call, vec![SeccompRule::new(vec![data]).ok()?]);
    }
    // To end itself, and nobody else.
    let own = u64::try_from(getpid().as_raw_nonzero().get()).ok()?;
    for call in [libc::SYS_kill, libc::SYS_tgkill] {
        let itself = SeccompCondition::new(0, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, own).ok()?;
        rules.insert(call, vec![SeccompRule::new(vec![itself]).ok()?]);
    }
    let refused = SeccompAction::Errno(u32::try_from(libc::EPERM).ok()?);
    let arch = TargetArch::try_from(std::env::consts::ARCH).ok()?;
    SeccompFilter::new(rules, refused, SeccompAction::Allow, arch).ok()?.try_into().ok()
}

const CALLS: &[i64] = &[
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_ppoll,
    #[cfg(target_arch = "x86_64")]
    libc::SYS_poll,
    libc::SYS_close,
    libc::SYS_brk,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_futex,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_getrandom,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_getcpu,
    libc::SYS_sched_yield,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];
