// Helper: the small process that makes the roots of steps.
//
// pipec executes itself (/proc/self/exe) under the name `HelperName`; a constructor of helper.cpp
// takes over before `main` and before any other initialisation (as runc does with its nsexec). A
// program of its own, because
// - a new namespace for a user belongs to a process with one thread;
// - every fork of a large process copies its page tables, and its writers then take page faults;
// - what is shared by all roots can be mounted once, here.
//
//   pipec ──channel── master            namespaces with the shared part of all roots (planBase)
//     │                 ├─ slot         one for each root open at a time, used again and again
//     └────channel──────┤   └─ init     pid 1 of a root's namespaces; its children are the step's
//                       └─ slot …
//
// A slot sleeps while its init lives, so they share their memory, and making an init costs no fork.
// Each process ends when its channel does, or when pipec does (a pidfd): nobody is left behind.
#pragma once

namespace pipec::sandbox {

/// argv[0] of the helper, which has no other argument and no environment.
extern const char HelperName[];

/// Descriptors of a helper at its start.
inline constexpr int HelperChannel = 3;
inline constexpr int HelperPipec = 4; ///< a pidfd of pipec; may be missing

} // namespace pipec::sandbox
