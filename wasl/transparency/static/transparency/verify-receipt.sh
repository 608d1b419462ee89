#!/usr/bin/env bash
# Checks a receipt of the public log with openssl alone (version 3), and no program of ours.
#
#   bash verify-receipt.sh RECEIPT.tlog-proof LOG-VKEY [WITNESS-VKEY ...]
#
# The keys come from whom you trust: the log's from its /log/vkey, a witness's from the witness.
# Every witness named must have signed. The rules: c2sp.org/tlog-proof, RFC 6962, RFC 8032.
set -euo pipefail
export LC_ALL=C
die() { printf 'This receipt is NOT good: %s.\n' "$1" >&2; exit 1; }
hex() { od -An -v -tx1 | tr -d ' \n'; }                     # bytes → hex
bytes() { printf "$(sed 's/../\\x&/g')"; }                  # hex → bytes
sha() { bytes | openssl dgst -sha256 -binary | hex; }       # hex → hash of the bytes, in hex
decode() {                                                  # base64 → hex, one spelling allowed
  local out; out=$(printf '%s' "$1" | openssl base64 -d -A | hex)
  [ "$(printf '%s' "$out" | bytes | openssl base64 -A)" = "$1" ] || die "wrong base64: $1"
  printf '%s' "$out"
}
[ $# -ge 2 ] || { sed -n '2,7s/^# \{0,1\}//p' "$0"; exit 2; }
receipt=$1; shift
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
grep -q $'[\r]' "$receipt" && die 'its line ends were changed'

# The receipt: a head, an empty line, the log's signed checkpoint.
sed -n '1,/^$/{/^$/!p;}' "$receipt" >"$work/head"
sed '1,/^$/d' "$receipt" >"$work/note"
# The checkpoint: a text, the last empty line, signatures.
blank=$(grep -n '^$' "$work/note" | tail -1 | cut -d: -f1 || true)
[ -n "$blank" ] || die 'there is no signed checkpoint'
head -n $((blank - 1)) "$work/note" >"$work/text"
tail -n +$((blank + 1)) "$work/note" >"$work/signatures"
{ read -r origin; read -r size; read -r root64; } <"$work/text" || die 'the checkpoint is cut short'
[[ $size =~ ^(0|[1-9][0-9]{0,17})$ ]] || die 'the size is not a number'
root=$(decode "$root64")
[ ${#root} = 64 ] || die 'the root is not a hash'

# What it says was recorded: a leaf, a salt, and the payload that the leaf commits to.
{ read -r header; read -r extra; read -r index; } <"$work/head" || die 'the head is cut short'
[ "$header" = c2sp.org/tlog-proof@v1 ] || die 'it is not a receipt'
[[ $extra == 'extra '* && $index =~ ^'index '(0|[1-9][0-9]{0,17})$ ]] || die 'its head is wrong'
decode "${extra#extra }" | bytes >"$work/extra"
[ "$(tr -cd '\n' <"$work/extra" | wc -c)" -eq 2 ] || die 'it should hold a leaf, a salt, a payload'
leaf=$(sed -n 1p "$work/extra"); payload=$(sed -n 3p "$work/extra")
salt=$(decode "$(sed -n 2p "$work/extra")")
[ ${#salt} = 64 ] || die 'the salt has not 32 bytes'
commitment=$({ printf '%s' "$salt" | bytes; printf '%s' "$payload"; } | openssl dgst -sha256 -binary |
  openssl base64 -A)
said=$(printf '%s' "$leaf" | grep -o '"payload_commit":"[^"]*"' | head -1 | cut -d'"' -f4)
[ "$said" = "$commitment" ] || die 'the payload is not the one that the leaf commits to'

# The way from the leaf to the root (RFC 9162, section 2.1.3.2).
at=${index#index }; last=$((size - 1))
[ "$at" -le "$last" ] || die 'the leaf lies behind the end of the log'
node=$(printf '00%s' "$(printf '%s' "$leaf" | hex)" | sha)
while read -r line; do
  sibling=$(decode "$line"); [ ${#sibling} = 64 ] || die 'the path holds what is not a hash'
  [ "$last" -ne 0 ] || die 'the path is too long'
  if [ $((at & 1)) = 1 ] || [ "$at" = "$last" ]; then
    node=$(printf '01%s%s' "$sibling" "$node" | sha)
    while [ $((at & 1)) = 0 ] && [ "$at" != 0 ]; do at=$((at >> 1)); last=$((last >> 1)); done
  else
    node=$(printf '01%s%s' "$node" "$sibling" | sha)
  fi
  at=$((at >> 1)); last=$((last >> 1))
done < <(tail -n +4 "$work/head")
[ "$last" = 0 ] && [ "$node" = "$root" ] || die 'the leaf does not lead to the root'

# The signatures: one good line at least for each key, and no bad one.
log_signed=
for vkey in "$@"; do
  name=${vkey%%+*}; rest=${vkey#*+}; id=${rest%%+*}; key=$(decode "${rest#*+}"); kind=${key:0:2}
  [ ${#key} = 66 ] || die "the key of $name is not an Ed25519 key"
  [ "$(printf '%s0a%s' "$(printf '%s' "$name" | hex)" "$key" | sha | cut -c1-8)" = "$id" ] ||
    die "the key ID of $name is wrong"
  printf '302a300506032b6570032100%s' "${key:2}" | bytes >"$work/key"
  found=
  while read -r dash signer blob64; do
    [ "$dash" = '—' ] && [ "$signer" = "$name" ] || continue
    blob=$(decode "$blob64"); [ "${blob:0:8}" = "$id" ] || continue
    cp "$work/text" "$work/message"; seconds=
    if [ "$kind" = 04 ]; then
      seconds=$((16#${blob:8:16})); blob=${blob:0:8}${blob:24}
      { printf 'cosignature/v1\ntime %s\n' "$seconds"; cat "$work/text"; } >"$work/message"
    fi
    printf '%s' "${blob:8}" | bytes >"$work/signature"
    openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/key" -rawin -in "$work/message" \
      -sigfile "$work/signature" >/dev/null 2>&1 || die "the signature of $name is wrong"
    found=yes; printf 'signed by %s%s\n' "$name" "${seconds:+ at $(date -u -d "@$seconds" +%FT%TZ)}"
  done <"$work/signatures"
  [ -n "$found" ] || die "$name has not signed it"
  if [ "$kind" = 01 ]; then [ "$name" = "$origin" ] || die "$name is not $origin"; log_signed=yes; fi
done
[ -n "$log_signed" ] || die 'the key of the log was not given'
printf 'This receipt is good: entry %s of %s in %s.\n%s\n%s\n' \
  "${index#index }" "$size" "$origin" "$leaf" "$payload"
