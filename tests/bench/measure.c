// SPDX-License-Identifier: Apache-2.0
// measure PROGRAM ARGUMENTS...: runs it once, its input a line `QUIT`, its output thrown away, and
// prints wall time (us), CPU time (us), peak memory (kB) and exit status. A tiny program of its own,
// because Linux counts the memory of the process that started one as the child's before its exec.
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long microseconds(struct timeval span) { return span.tv_sec * 1000000L + span.tv_usec; }

int main(int count, char** arguments)
{
    if (count < 2)
        return 3;
    int input[2];
    if (pipe(input) != 0 || write(input[1], "QUIT\r\n", 6) != 6)
        return 3;
    const int nowhere = open("/dev/null", O_WRONLY);

    struct timespec began, ended;
    clock_gettime(CLOCK_MONOTONIC, &began);
    const pid_t child = vfork();
    if (child == 0) {
        dup2(input[0], 0);
        dup2(nowhere, 1);
        dup2(nowhere, 2);
        close(input[0]);
        close(input[1]); // the child sees the end of its input behind QUIT once we close ours
        close(nowhere);
        execvp(arguments[1], arguments + 1);
        _exit(127);
    }
    close(input[1]);
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child)
        return 3;
    clock_gettime(CLOCK_MONOTONIC, &ended);
    printf("%ld %ld %ld %d\n", (ended.tv_sec - began.tv_sec) * 1000000L + (ended.tv_nsec - began.tv_nsec) / 1000,
           microseconds(usage.ru_utime) + microseconds(usage.ru_stime), usage.ru_maxrss,
           WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return 0;
}
