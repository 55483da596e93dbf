// Asks libpq what it reads from connection strings: `record LIBPQ... < strings.txt > libpq.tsv`, see record.sh.
//
// Each LIBPQ is a shared library. A line of output is the string, then for each library, after a tab, what PQconninfoParse
// read: `keyword=value` in the alphabet's order, `nothing`, or `error: ` and its message. U+2420, U+240A and U+2409 stand for a
// space, a line feed and a tab; a byte that is not UTF-8 is written \xHH. Lines of the input that begin with `# ` are comments.
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    char *keyword, *envvar, *compiled, *val, *label, *dispchar;
    int dispsize;
} Option;  // PQconninfoOption

typedef struct {
    Option *(*parse)(const char *, char **);
    void (*freeOptions)(Option *);
    void (*freeMemory)(void *);
} Library;

static const struct { const char *shown; char hidden; } visible[] = {
    {"\xE2\x90\xA0", ' '}, {"\xE2\x90\x8A", '\n'}, {"\xE2\x90\x89", '\t'}};

static void hide(char *text) {
    char *out = text;
    while (*text) {
        int found = 0;
        for (int i = 0; i < 3 && !found; i++)
            if (strncmp(text, visible[i].shown, 3) == 0) { *out++ = visible[i].hidden; text += 3; found = 1; }
        if (!found) *out++ = *text++;
    }
    *out = 0;
}

// The length of the UTF-8 sequence at `text`; 0 if there is none.
static int sequence(const unsigned char *text) {
    int length = *text < 0x80 ? 1 : *text >= 0xC2 && *text < 0xE0 ? 2 : *text >= 0xE0 && *text < 0xF0 ? 3
        : *text >= 0xF0 && *text < 0xF5 ? 4 : 0;
    for (int i = 1; i < length; i++)
        if ((text[i] & 0xC0) != 0x80) return 0;
    return length;
}

static void show(const char *text) {
    while (*text) {
        const char *shown = NULL;
        for (int i = 0; i < 3; i++)
            if (*text == visible[i].hidden) shown = visible[i].shown;
        int length = sequence((const unsigned char *)text);
        if (shown) fputs(shown, stdout);
        else if (length == 0) printf("\\x%02x", (unsigned char)*text);
        else fwrite(text, 1, length, stdout);
        text += length == 0 ? 1 : length;
    }
}

static int byKeyword(const void *a, const void *b) {
    return strcmp((*(Option *const *)a)->keyword, (*(Option *const *)b)->keyword);
}

static void record(const Library *library, const char *text) {
    char *message = NULL;
    Option *options = library->parse(text, &message);
    if (!options) {
        if (message) message[strcspn(message, "\n")] = 0;
        fputs("error: ", stdout);
        show(message ? message : "out of memory");
        if (message) library->freeMemory(message);
        return;
    }
    Option *set[100];
    size_t count = 0;
    for (Option *option = options; option->keyword && count < 100; option++)
        if (option->val) set[count++] = option;
    qsort(set, count, sizeof *set, byKeyword);
    if (count == 0) fputs("nothing", stdout);
    for (size_t i = 0; i < count; i++) {
        printf("%s%s=", i ? " " : "", set[i]->keyword);
        show(set[i]->val);
    }
    library->freeOptions(options);
}

int main(int count, char **arguments) {
    Library libraries[8];
    printf("# string");
    for (int i = 1; i < count && i <= 8; i++) {
        void *handle = dlopen(arguments[i], RTLD_NOW | RTLD_LOCAL);
        int (*version)(void) = handle ? dlsym(handle, "PQlibVersion") : NULL;
        if (!version) { fprintf(stderr, "%s: %s\n", arguments[i], dlerror()); return 1; }
        libraries[i - 1].parse = dlsym(handle, "PQconninfoParse");
        libraries[i - 1].freeOptions = dlsym(handle, "PQconninfoFree");
        libraries[i - 1].freeMemory = dlsym(handle, "PQfreemem");
        printf("\tlibpq %d.%d", version() / 10000, version() % 10000);
    }
    putchar('\n');
    static char line[1 << 16];
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (strncmp(line, "# ", 2) == 0) continue;
        fputs(line, stdout);
        hide(line);
        for (int i = 1; i < count && i <= 8; i++) {
            putchar('\t');
            record(&libraries[i - 1], line);
        }
        putchar('\n');
    }
    return 0;
}
