// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Addresses and networks of IP. Immutable; any thread. */
final class Networks {
    private static final int BITS_IN_A_BYTE = 8;

    private final List<IpSubnetFilterRule> rules;

    private Networks(List<IpSubnetFilterRule> rules) {
        this.rules = rules;
    }

    /**
     * Those with these names, {@code 127.0.0.1} or {@code 10.0.0.0/8}.
     *
     * @throws IllegalArgumentException for what is neither an address nor a network; no name is looked up
     */
    static Networks named(List<String> names) {
        return new Networks(names.stream().map(Networks::rule).toList());
    }

    private static IpSubnetFilterRule rule(String name) {
        int slash = name.indexOf('/');
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? name : name.substring(0, slash));
        try {
            if (bytes != null) {
                int prefix = slash < 0 ? bytes.length * BITS_IN_A_BYTE : Integer.parseInt(name.substring(slash + 1));
                return new IpSubnetFilterRule(InetAddress.getByAddress(bytes), prefix, IpFilterRuleType.ACCEPT);
            }
        } catch (IllegalArgumentException | UnknownHostException wrong) {
            throw refusal(name);
        }
        throw refusal(name);
    }

    private static IllegalArgumentException refusal(String name) {
        return new IllegalArgumentException("an IP address or a network as 10.0.0.0/8 expected, got " + name);
    }

    boolean contain(SocketAddress address) {
        return address instanceof InetSocketAddress internet && rules.stream().anyMatch(rule -> rule.matches(internet));
    }
}
