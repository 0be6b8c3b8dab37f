/*
 * rawcall NUMBER ARGUMENT...: makes one system call and exits with its errno, or 0. An argument that begins like a
 * number is a number. Any other is passed as a string. It uses no C library, so -m32 needs none.
 */
static long number(const char *s)
{
    long sign = 1, value = 0;

    if (*s == '-') {
        sign = -1;
        s++;
    }
    while (*s >= '0' && *s <= '9')
        value = 10 * value + (*s++ - '0');
    return sign * value;
}

static long argument(const char *s)
{
    return (*s >= '0' && *s <= '9') || *s == '-' ? number(s) : (long)s;
}

static long call(long nr, const long *a)
{
    long result;
#if defined(__x86_64__)
    register long r10 __asm__("r10") = a[3];
    register long r8 __asm__("r8") = a[4];
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(nr), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
#elif defined(__i386__)
    __asm__ volatile("int $0x80"
                     : "=a"(result)
                     : "a"(nr), "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4])
                     : "memory");
#elif defined(__aarch64__)
    register long x8 __asm__("x8") = nr;
    register long x0 __asm__("x0") = a[0];
    register long x1 __asm__("x1") = a[1];
    register long x2 __asm__("x2") = a[2];
    register long x3 __asm__("x3") = a[3];
    register long x4 __asm__("x4") = a[4];
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
    result = x0;
#else
#error "which machine is this?"
#endif
    return result;
}

#if defined(__x86_64__)
#define EXIT 60
__asm__(".globl _start\n_start:\n mov %rsp, %rdi\n and $-16, %rsp\n call begin\n");
#elif defined(__i386__)
#define EXIT 1
__asm__(".globl _start\n_start:\n mov %esp, %eax\n and $-16, %esp\n sub $12, %esp\n push %eax\n call begin\n");
#else
#define EXIT 93
__asm__(".globl _start\n_start:\n mov x0, sp\n bl begin\n");
#endif

void begin(long *stack);
void begin(long *stack)
{
    long count = stack[0], a[5] = {0}, exit_arguments[5] = {0};
    char **arguments = (char **)(stack + 1);

    for (long i = 2; i < count && i < 7; i++)
        a[i - 2] = argument(arguments[i]);
    exit_arguments[0] = -call(number(arguments[1]), a);
    for (;;)
        call(EXIT, exit_arguments);
}
