/*
 * denydevice CGROUP MAJOR MINOR: denies the use and the making of a character device to all processes in a cgroup of
 * version 2. It uses its own program for that, as the runtimes do, because runtimes let every container make any node.
 */
#include <fcntl.h>
#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LOAD(to, field)                                             \
    {.code = BPF_LDX | BPF_W | BPF_MEM, .dst_reg = (to), .src_reg = 1, \
     .off = offsetof(struct bpf_cgroup_dev_ctx, field)}
#define UNLESS(reg, value, skip) {.code = BPF_JMP | BPF_JNE | BPF_K, .dst_reg = (reg), .imm = (value), .off = (skip)}
#define RETURN(value) {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0, .imm = (value)}, {.code = BPF_JMP | BPF_EXIT}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    struct bpf_insn program[] = {
        LOAD(2, access_type),
        {.code = BPF_ALU64 | BPF_AND | BPF_K, .dst_reg = 2, .imm = 0xffff},
        UNLESS(2, BPF_DEVCG_DEV_CHAR, 6),
        LOAD(2, major),
        UNLESS(2, atoi(argv[2]), 4),
        LOAD(2, minor),
        UNLESS(2, atoi(argv[3]), 2),
        RETURN(0),
        RETURN(1),
    };
    union bpf_attr load, attach;
    memset(&load, 0, sizeof load);
    load.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE;
    load.insns = (uintptr_t)program;
    load.insn_cnt = sizeof program / sizeof *program;
    load.license = (uintptr_t) "Apache-2.0";
    memset(&attach, 0, sizeof attach);
    attach.attach_type = BPF_CGROUP_DEVICE;
    attach.attach_flags = BPF_F_ALLOW_MULTI;
    attach.target_fd = (uint32_t)open(argv[1], O_RDONLY | O_DIRECTORY);
    attach.attach_bpf_fd = (uint32_t)syscall(SYS_bpf, BPF_PROG_LOAD, &load, sizeof load);
    if (syscall(SYS_bpf, BPF_PROG_ATTACH, &attach, sizeof attach) < 0) {
        perror(argv[1]);
        return 1;
    }
    return 0;
}
