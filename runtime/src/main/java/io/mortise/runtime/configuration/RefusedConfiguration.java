// SPDX-License-Identifier: Apache-2.0
package io.mortise.runtime.configuration;

import java.util.List;

/** A configuration is wrong and what runs stays as it is; each problem is a line that says where and what was expected. */
public final class RefusedConfiguration extends Exception {

    private static final long serialVersionUID = 1L;

    public RefusedConfiguration(String problem) {
        super(problem);
    }

    public RefusedConfiguration(List<String> problems) {
        super(String.join("\n", problems));
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
