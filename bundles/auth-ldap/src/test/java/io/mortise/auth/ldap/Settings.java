// SPDX-License-Identifier: Apache-2.0
package io.mortise.auth.ldap;

import java.lang.annotation.Annotation;

/** A configuration for {@link TestDirectory}, and what a test sets. */
final class Settings implements LdapAuth.Config {
    String url = "";
    String ca = "ca.pem";
    String bindPassword = "of-the-broker";
    String userFilter = "(objectClass=person)";
    String[] rules = {"staff: office/#", "*: users/%u/#", "others: #"};
    int timeout = 20_000;
    int refresh = 60;

    @Override
    public String url() {
        return url;
    }

    @Override
    public String ca() {
        return ca;
    }

    @Override
    public String bind_dn() {
        return "cn=broker";
    }

    @Override
    public String bind_password() {
        return bindPassword;
    }

    @Override
    public String user_base() {
        return TestDirectory.PEOPLE;
    }

    @Override
    public String user_filter() {
        return userFilter;
    }

    @Override
    public String user_attribute() {
        return "uid";
    }

    @Override
    public String group_base() {
        return TestDirectory.GROUPS;
    }

    @Override
    public String group_filter() {
        return "(objectClass=groupOfNames)";
    }

    @Override
    public String group_attribute() {
        return "cn";
    }

    @Override
    public String member_attribute() {
        return "member";
    }

    @Override
    public String[] rules() {
        return rules;
    }

    @Override
    public int timeout_millis() {
        return timeout;
    }

    @Override
    public int connections() {
        return 2;
    }

    @Override
    public int refresh_seconds() {
        return refresh;
    }

    @Override
    public int grace_seconds() {
        return 0;
    }

    @Override
    public Class<? extends Annotation> annotationType() {
        return LdapAuth.Config.class;
    }
}
