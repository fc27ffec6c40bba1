// SPDX-License-Identifier: Apache-2.0
package io.mortise.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which common names are user names. The certificates are put together here: no tool makes them like this. */
class CertificateNameTest {
    private static final int SEQUENCE = 0x30;
    private static final int UTF_8_STRING = 0x0C;
    private static final int BMP_STRING = 0x1E;
    private static final int OBJECT_IDENTIFIER = 0x06;

    @ParameterizedTest
    @ValueSource(
            strings = {"alice", "O'Hara, Inc.", "K\u00fcche 1", " a b ", "\u65e5\u672c", "\ud83d\ude00", "#a+b=c\\"})
    void SEC_06_shouldTakeACommonNameAsItIs(String name) throws Exception {
        assertEquals(name, CertificateName.CN.of(certificate(UTF_8_STRING, name.getBytes(StandardCharsets.UTF_8))));
    }

    @Test
    void SEC_06_shouldTakeACommonNameOfTheGreatestLengthAndNoLongerOne() throws Exception {
        String longest = "x".repeat(65_535);
        assertEquals(longest, CertificateName.CN.of(certificate(UTF_8_STRING, longest.getBytes())));
        assertRefused(UTF_8_STRING, (longest + "x").getBytes());
    }

    /** What is empty, U+0000, controls, overlong forms, surrogates, bytes that are no text, noncharacters, U+FEFF. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "61 00",
                "61 0a 62",
                "7f",
                "c2 85",
                "c0 80",
                "e0 80 80",
                "f0 80 80 af",
                "ed a0 80",
                "ed a0 80 ed b0 80",
                "80",
                "ff",
                "c3",
                "f4 90 80 80",
                "ef bf bf",
                "ef bf be",
                "ef b7 90",
                "ef bb bf 61",
                "f0 9f bf be",
                "ef bf bd"
            })
    void SEC_06_shouldTakeNoCommonNameThatIsNoUserName(String bytes) throws Exception {
        assertRefused(UTF_8_STRING, HexFormat.of().parseHex(bytes.replace(" ", "")));
    }

    @Test
    void SEC_06_shouldTakeNoHalvesOfCharactersFromOtherEncodings() throws Exception {
        assertRefused(BMP_STRING, new byte[] {(byte) 0xD8, 0, 0, 'a'});
    }

    @Test
    void shouldTakeNothingOfACertificateUnlessItIsAskedTo() throws Exception {
        assertNull(CertificateName.NONE.of(certificate(UTF_8_STRING, new byte[] {0})));
    }

    private static void assertRefused(int type, byte[] name) {
        assertThrows(CertificateException.class, () -> CertificateName.CN.of(certificate(type, name)));
    }

    /** A certificate whose subject has this common name; nobody has signed it. */
    private static X509Certificate certificate(int type, byte[] name) throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC");
        keys.initialize(256);
        byte[] key = keys.generateKeyPair().getPublic().getEncoded();
        byte[] algorithm = der(SEQUENCE, der(OBJECT_IDENTIFIER, hex("2a8648ce3d040302"))); // ecdsa-with-SHA256
        byte[] commonName = der(SEQUENCE, der(OBJECT_IDENTIFIER, hex("550403")), der(type, name));
        byte[] subject = der(SEQUENCE, der(0x31, commonName));
        byte[] time = der(0x18, "20200101000000Z".getBytes(StandardCharsets.US_ASCII));
        byte[] body = der(
                SEQUENCE,
                der(0xA0, der(0x02, new byte[] {2})), // version 3
                der(0x02, new byte[] {1}), // serial number
                algorithm,
                subject, // the issuer
                der(SEQUENCE, time, time),
                subject,
                key);
        byte[] certificate = der(SEQUENCE, body, algorithm, der(0x03, new byte[] {0, 0}));
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    /** A value in the Distinguished Encoding Rules: type, length, content. */
    private static byte[] der(int type, byte[]... content) {
        ByteArrayOutputStream inside = new ByteArrayOutputStream();
        for (byte[] each : content) {
            inside.writeBytes(each);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(type);
        int length = inside.size();
        int octets = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : 3;
        if (octets > 0) {
            out.write(0x80 | octets);
        }
        for (int shift = 8 * Math.max(0, octets - 1); shift >= 0; shift -= 8) {
            out.write(length >> shift);
        }
        out.writeBytes(inside.toByteArray());
        return out.toByteArray();
    }
}
