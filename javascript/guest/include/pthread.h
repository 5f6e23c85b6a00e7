/* What QuickJS uses of threads, in a guest that is one: locks are always free, and nothing ever waits, since a runtime has
 * to be allowed to (JS_SetCanBlock). The C library for WebAssembly has no threads. */
#pragma once

typedef int pthread_mutex_t;
typedef int pthread_cond_t;

#define PTHREAD_MUTEX_INITIALIZER 0
#define pthread_mutex_lock(mutex) ((void)(mutex))
#define pthread_mutex_unlock(mutex) ((void)(mutex))
#define pthread_cond_init(condition, attributes) ((void)(condition))
#define pthread_cond_signal(condition) ((void)(condition))
#define pthread_cond_wait(condition, mutex) ((void)(condition))
#define pthread_cond_timedwait(condition, mutex, time) ((void)(time), 0)
#define pthread_cond_destroy(condition) ((void)(condition))
