# tell.awk -- adds up what examine found, holds it to checks/mutants/judged, and says what is new.
#
#     awk -f tell.awk judged results
#
# A line of judged: ID | BEFORE => AFTER | KIND or CODES | why. Codes: names that a person read and found true of that mutant;
# "wrong GC114": found false, and known; any other kind: the mutant is known to be of that kind, with the reason. Names that need no reader: those that truth.c measured to be true; those that are direct
# observations of the contract or of numbers that are not finite; and GC399, which names nothing. What does not compile is no mutant.
# A name that is true of the examined data alone wants a reader: not the cause, but true; or chance, and wrong.
# What is known to be wrong is told each time. Ends with 1 when a mutant is missed or has a name that nobody has judged.

function trim(s) { gsub(/^ +| +$/, "", s); return s }

FILENAME == ARGV[1] {
    if ($0 ~ /^#/ || NF == 0)
        next
    split($0, part, / [|] /)
    id = trim(part[1])
    change_of[id] = trim(part[2]); judged[id] = " " trim(part[3]) " "; why[id] = trim(part[4])
    next
}

{
    split($0, f, "\t")
    id = f[1]; kind = f[2]; setting = f[3]; line = f[10]; change = f[11]
    seen[id] = 1
    split(id, piece, ".")
    operator = piece[3]
    if ((id in change_of) && change_of[id] != change) {
        printf "judged, but it is another mutant now: %s: %s\n", id, change
        stale++
        judged[id] = ""
    }
    if (kind == "uncompiled") {
        uncompiled++
        next
    }
    mutants++; kinds[kind]++; by[operator]++
    if (!(operator in operators)) { operators[operator] = 1; op[++m] = operator }
    if (kind == "refused") {
        found[operator]++; refused++
        next
    }
    if (kind != "found" && judged[id] !~ (" " kind " "))
        news[++new] = kind ": " id " (line " line "): " change (setting != "" ? " [" setting "]" : "")
    if (kind == "missed")
        known[++knowns] = "missed: " id " (line " line "): " change "  " why[id]
    if (kind != "found") {
        reason = kind ": " (why[id] != "" ? why[id] : "NOT JUDGED")
        if (!reasons[reason]++) said[++reasons_told] = reason
        next
    }
    found[operator]++
    if (setting != "")
        elsewhere++
    text = f[4] " " f[5]; n = split(text, code, " ")
    split("", once)
    right = 1
    for (k = 1; k <= n; k++) {
        c = code[k]
        if (c in once)
            continue
        once[c] = 1; names++; matrix[operator, c]++; all[c]++
        if (c == "GC399") { unnamed[id] = 1; continue }
        if (judged[id] ~ ("wrong [GC0-9 ]*" c " ")) {
            wrong++; right = 0; doubted += index(" " f[8], " " c " ") > 0
            known[++knowns] = "wrong " c ": " id " (line " line "): " change "  " why[id]
        } else if (index(" " f[6], " " c " ")) measured++
        else if (index(judged[id], " " c " ")) { if (index(" " f[7], " " c " ")) here++; else read++ }
        else if (c ~ /^GC(20[3-9]|21.|302)$/) observed++
        else {
            news[++new] = (index(" " f[7], " " c " ") ? "true of these data alone: " : "") c ": " id " (line " line "): " change
            unread++; right = 0
        }
    }
    if (right && n > 0 && !(id in unnamed))
        named++
    if (n > 0 && !right)
        misled++
    nones += id in unnamed
}

END {
    printf "%d mutants (and %d that do not compile):", mutants, uncompiled
    for (k in kinds)
        line_of[++rows] = k
    for (i = 1; i <= rows; i++)
        for (j = i + 1; j <= rows; j++)
            if (line_of[j] < line_of[i]) { t = line_of[i]; line_of[i] = line_of[j]; line_of[j] = t }
    for (i = 1; i <= rows; i++)
        printf " %s %d%s", line_of[i], kinds[line_of[i]], i < rows ? "," : "\n"
    printf "found at other parameters, shapes or data than the default's: %d\n", elsewhere
    printf "of those found: all names true %d, a part of it or all not named (GC399) %d, stopped by the layer's own sentence %d, " \
           "a name that is false %d\n", named, nones, refused, misled
    printf "names %d: true by measurement %d, by observation %d, judged true %d, of these data alone %d, GC399 %d; " \
           "judged wrong %d (%.1f %%), %d of them said to be doubtful; not judged %d\n",
        names, measured, observed, read, here, all["GC399"], wrong, names ? 100 * wrong / names : 0, doubted, unread
    print "not found, by reason:"
    for (i = 1; i <= reasons_told; i++)
        printf "%6d %s\n", reasons[said[i]], said[i]
    printf "\n%-8s", ""
    for (i = 1; i <= m; i++)
        printf "%10s", op[i]
    printf "\n%-8s", "mutants"
    for (i = 1; i <= m; i++)
        printf "%10d", by[op[i]]
    printf "\n%-8s", "found"
    for (i = 1; i <= m; i++)
        printf "%10d", found[op[i]]
    printf "\n"
    for (c = 101; c < 400; c++)
        if (("GC" c) in all) {
            printf "GC%-6d", c
            for (i = 1; i <= m; i++)
                printf "%10s", matrix[op[i], "GC" c] ? matrix[op[i], "GC" c] : "."
            printf "\n"
        }
    printf "\n"
    for (k = 1; k <= knowns; k++)
        print known[k]
    for (k = 1; k <= new; k++)
        print "NOT JUDGED " news[k]
    for (id in judged)
        if (!(id in seen)) {
            print "judged, but there is no such mutant: " id
            stale++
        }
    exit new > 0 || stale > 0
}
