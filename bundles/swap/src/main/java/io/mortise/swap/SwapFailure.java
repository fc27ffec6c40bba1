// SPDX-License-Identifier: Apache-2.0
package io.mortise.swap;

/** Why something was not done, in a sentence for the operator, who also hears how things stand now. */
final class SwapFailure extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    SwapFailure(String sentence) {
        super(sentence);
    }

    SwapFailure(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
