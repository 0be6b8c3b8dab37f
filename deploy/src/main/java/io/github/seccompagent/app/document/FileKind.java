package io.github.seccompagent.app.document;

/**
 * What a file should hold, for messages about it.
 *
 * @param noun what it is, such as profile
 * @param isStrict whether an unknown or repeated field is an error; otherwise whoever reads the file too ignores it
 * @param whenUnknown what follows if a field is unknown; a whole sentence, or empty
 * @param whenWrong what follows if a field has the wrong type; a whole sentence, or empty
 */
public record FileKind(String noun, boolean isStrict, String whenUnknown, String whenWrong) {}
