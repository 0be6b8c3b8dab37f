#ifndef SECCOMP_HELPER_FEATURE_H
#define SECCOMP_HELPER_FEATURE_H

int try_features(void);

#endif
