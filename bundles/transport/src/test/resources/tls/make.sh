#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Makes the certificates of the tests anew, in this folder. They are valid for a hundred years, where they should be valid at all.
set -euo pipefail
cd "$(dirname "$0")"
days=36500
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

key() { openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }

authority() { # name
    key "$work/$1.key"
    openssl req -x509 -new -key "$work/$1.key" -subj "/O=Mortise tests/CN=$1" -days $days -out "$1.pem" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign
}

serial=1000
sign() { # name subject authority extensions...; DAYS for how long
    local name=$1 subject=$2 authority=$3
    shift 3
    [ -e "$name.key" ] || key "$name.key"
    printf '%s\n' "$@" >"$work/extensions"
    openssl req -new -utf8 -key "$name.key" -subj "$subject" -out "$work/request"
    openssl x509 -req -in "$work/request" -CA "$authority.pem" -CAkey "$work/$authority.key" -set_serial $((++serial)) \
        -days "${DAYS:-$days}" -extfile "$work/extensions" -out "$name.pem" 2>/dev/null
}

authority ca
authority other-ca

server=(extendedKeyUsage=serverAuth keyUsage=digitalSignature)
client=(extendedKeyUsage=clientAuth keyUsage=digitalSignature)
for number in 1 2 3; do
    sign server-$number "/CN=server-$number" ca "${server[@]}" subjectAltName=DNS:localhost,IP:127.0.0.1
done
sign sensors "/CN=sensors" ca "${server[@]}" 'subjectAltName=DNS:broker.example,DNS:*.sensors.example'
openssl pkcs12 -export -in server-1.pem -inkey server-1.key -passout pass:secret -name broker -out server-1.p12
openssl pkcs8 -topk8 -in server-1.key -passout pass:secret -v2 aes-256-cbc -out server-1-locked.key
openssl genrsa -traditional -out rsa-traditional.key 2048 2>/dev/null

sign client "/O=Kitchen/CN=fridge" ca "${client[@]}" \
    subjectAltName=email:fridge@kitchen.example,DNS:fridge.kitchen.example,URI:urn:kitchen:fridge
sign revoked "/CN=revoked" ca "${client[@]}"
DAYS=-1 sign expired "/CN=expired" ca "${client[@]}"
sign wrong-use "/CN=wrong-use" ca "${server[@]}"
sign stranger "/CN=fridge" other-ca "${client[@]}"
sign nameless "/O=nobody" ca "${client[@]}"
sign hidden "/CN=fri$(printf '\001')dge" ca "${client[@]}"

# A chain that is longer than the five intermediates that Java follows.
chain=""
issuer=ca
for depth in 1 2 3 4 5 6 7; do
    sign "depth-$depth" "/CN=depth-$depth" $issuer basicConstraints=critical,CA:TRUE keyUsage=critical,keyCertSign
    mv "depth-$depth.key" "$work/depth-$depth.key"
    chain="depth-$depth.pem $chain"
    issuer=depth-$depth
done
sign deep "/CN=deep" depth-7 "${client[@]}"
cat $chain >>deep.pem
rm depth-*.pem

# What the authority has revoked.
revoke() { # file options...
    local file=$1
    shift
    cat >"$work/ca.cnf" <<END
[ca]
default_ca = tests
[tests]
database = $work/index
crlnumber = $work/crlnumber
default_md = sha256
END
    : >"$work/index"
    echo 01 >"$work/crlnumber"
    openssl ca -config "$work/ca.cnf" -cert ca.pem -keyfile "$work/ca.key" -revoke revoked.pem 2>/dev/null
    openssl ca -config "$work/ca.cnf" -cert ca.pem -keyfile "$work/ca.key" -gencrl -out "$file" "$@" 2>/dev/null
}
revoke crl.pem -crldays $days
revoke crl-outdated.pem -crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z
