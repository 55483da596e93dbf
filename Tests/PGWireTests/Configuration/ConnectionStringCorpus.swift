/// Connection strings and what is read from them, each settled by asking libpq 18.6 (`PQconninfoParse`, reached with
/// psycopg's `psycopg.pq.Conninfo.parse`). The last lines were made by mutating others.
///
/// Where text would not be visible, `␠` stands for a space, `␊` for a line feed and `␉` for a tab.
enum ConnectionStringCorpus {
    /// What both read alike: `input -> keyword=value …`, `error`, or `nothing` when no parameter is set.
    static let agreed = #"""
        postgresql://uri-user:secret@host:12345/db -> dbname=db host=host password=secret port=12345 user=uri-user
        postgresql://uri-user@host:12345/db -> dbname=db host=host port=12345 user=uri-user
        postgresql://uri-user@host/db -> dbname=db host=host user=uri-user
        postgresql://host:12345/db -> dbname=db host=host port=12345
        postgresql://host/db -> dbname=db host=host
        postgresql://uri-user@host:12345/ -> host=host port=12345 user=uri-user
        postgresql://uri-user@host/ -> host=host user=uri-user
        postgresql://uri-user@ -> user=uri-user
        postgresql://host:12345/ -> host=host port=12345
        postgresql://host:12345 -> host=host port=12345
        postgresql://host/ -> host=host
        postgresql://host -> host=host
        postgresql:// -> nothing
        postgresql://?hostaddr=127.0.0.1 -> hostaddr=127.0.0.1
        postgresql://example.com?hostaddr=63.1.2.4 -> host=example.com hostaddr=63.1.2.4
        postgresql://%68ost/ -> host=host
        postgresql://host/db?user=uri-user -> dbname=db host=host user=uri-user
        postgresql://host/db?user=uri-user&port=12345 -> dbname=db host=host port=12345 user=uri-user
        postgresql://host/db?u%73er=someotheruser&port=12345 -> dbname=db host=host port=12345 user=someotheruser
        postgresql://host/db?u%7aer=someotheruser&port=12345 -> error
        postgresql://host:12345?user=uri-user -> host=host port=12345 user=uri-user
        postgresql://host?user=uri-user -> host=host user=uri-user
        postgresql://host? -> host=host
        postgresql://[::1]:12345/db -> dbname=db host=::1 port=12345
        postgresql://[::1]/db -> dbname=db host=::1
        postgresql://[2001:db8::1234]/ -> host=2001:db8::1234
        postgresql://[200z:db8::1234]/ -> host=200z:db8::1234
        postgresql://[::1] -> host=::1
        postgres:// -> nothing
        postgres:/// -> nothing
        postgres:///db -> dbname=db
        postgres://uri-user@/db -> dbname=db user=uri-user
        postgres://?host=/path/to/socket/dir -> host=/path/to/socket/dir
        postgresql://host?uzer= -> error
        postgre:// -> error
        postgres://[::1 -> error
        postgres://[] -> error
        postgres://[::1]z -> error
        postgresql://host?zzz -> error
        postgresql://host?value1&value2 -> error
        postgresql://host?key=key=value -> error
        postgres://host?dbname=%XXfoo -> error
        postgresql://a%00b -> error
        postgresql://%zz -> error
        postgresql://%1 -> error
        postgresql://% -> error
        postgres://@host -> host=host
        postgres://host:/ -> host=host
        postgres://:12345/ -> port=12345
        postgres://otheruser@?host=/no/such/directory -> host=/no/such/directory user=otheruser
        postgres://otheruser@/?host=/no/such/directory -> host=/no/such/directory user=otheruser
        postgres://otheruser@:12345?host=/no/such/socket/path -> host=/no/such/socket/path port=12345 user=otheruser
        postgres://otheruser@:12345/db?host=/path/to/socket -> dbname=db host=/path/to/socket port=12345 user=otheruser
        postgres://:12345/db?host=/path/to/socket -> dbname=db host=/path/to/socket port=12345
        postgres://:12345?host=/path/to/socket -> host=/path/to/socket port=12345
        postgres://%2Fvar%2Flib%2Fpostgresql/dbname -> dbname=dbname host=/var/lib/postgresql
        postgresql://host?sslmode=disable -> host=host sslmode=disable
        postgres://u@h/db␊ -> dbname=db␊ host=h user=u
        postgres://␠u@h/db -> dbname=db host=h user=u
        postgres://u@h␠/db -> dbname=db host=h user=u
        postgres://u@h/d␠b -> error
        postgres://u@h/db?user=␠a␠ -> dbname=db host=h user=a
        postgres://u@h/db?␠user=a&port␠=5 -> dbname=db host=h port=5 user=a
        postgres://u@h?user=a%20 -> host=h user=a␠
        ␠postgres://u@h -> error
        postgres://u@a,b:1,[::1]:2/d -> dbname=d host=a,b,::1 port=,1,2 user=u
        postgres://u@a:1,b,c:3/d?target_session_attrs=any -> dbname=d host=a,b,c port=1,,3 target_session_attrs=any user=u
        postgres://a%2Cb/ -> host=a,b
        postgres://a%3A5/ -> host=a:5
        postgres://u@h?ssl=true -> host=h sslmode=require user=u
        postgres://u@h?ssl=TRUE -> error
        postgres://u@h?ssl=false -> error
        postgres://u@h?ssl=true&sslmode=disable -> host=h sslmode=disable user=u
        postgres://u@h?sslmode=disable&ssl=true -> host=h sslmode=require user=u
        postgres://u@h?s%73l=t%72ue -> host=h sslmode=require user=u
        ssl=true -> error
        postgres://, -> host=, port=,
        postgres://,, -> host=,, port=,,
        postgres://:1,:2 -> host=, port=1,2
        postgres://a,/d -> dbname=d host=a, port=,
        postgres://u@h?&user=x -> error
        postgres://u@h?user=x&&port=1 -> error
        postgres://u@h?user=x& -> host=h user=x
        postgres://u@h?=x -> error
        postgres://u@h?user= -> host=h user=
        postgres://u@h?user=a?b -> host=h user=a?b
        postgres://u@h?user=a/b:c -> host=h user=a/b:c
        postgres://u@h?user=me@corp -> host=h user=me@corp
        postgres://u:p:q@h -> host=h password=p:q user=u
        postgres://u:p?q@h -> host=h password=p?q user=u
        postgres://u:p#q@h -> host=h password=p#q user=u
        postgres://u:p+q@h -> host=h password=p+q user=u
        postgres://u:p%2Bq@h -> host=h password=p+q user=u
        postgres://u:p%40q%2F@h -> host=h password=p@q/ user=u
        postgres://u:p%zq@h -> error
        postgres://u:p%00@h -> error
        postgres://u:p%@h -> error
        postgres://:@h -> host=h
        postgres://:p@h -> host=h password=p
        postgres://u:@h -> host=h user=u
        postgres://h:1:2/d -> dbname=d host=h port=1:2
        postgres://h#f/d#g?user=a#b -> dbname=d#g host=h#f user=a#b
        postgres://[::1]?user=x -> host=::1 user=x
        postgres://[::1],b -> host=::1,b port=,
        postgres://[::1],[::2]:5/ -> host=::1,::2 port=,5
        postgres://[::1]: -> host=::1
        postgres://[fe80::1%25eth0]/ -> host=fe80::1%eth0
        postgres://[fe80::1%eth0]/ -> error
        postgres://[a]b -> error
        postgres://a[b]/ -> host=a[b]
        postgres://[a/b]/ -> host=a/b
        postgres://] -> host=]
        POSTGRES://h -> error
        Postgresql://h -> error
        postgresq://u:p@h -> error
        postgres:/h -> error
        postgres:h -> error
        postgres -> error
        postgres://u@h?USER=x -> error
        postgres://h//d -> dbname=/d host=h
        postgres://h/d/e -> dbname=d/e host=h
        postgres://h/%64%2f? -> dbname=d/ host=h
        postgres://h/?dbname=d&dbname=e -> dbname=e host=h
        postgres://h/d?dbname= -> dbname= host=h
        postgres://u@h?password=a%26b&password=c -> host=h password=c user=u
        postgres://u@h?password=a&b -> error
        postgres://u@h?password=a=b -> error
        postgres://u@h?password=a&b=c -> error
        postgres://u@h?user%00=x -> error
        postgres://u@h?user=+a+ -> host=h user=+a+
        postgres://ü@höst/dä -> dbname=dä host=höst user=ü
        postgres://%C3%BC@h/ -> host=h user=ü
        postgres://%c3%bc@h/ -> host=h user=ü
        postgres://u@h?application_name=%F0%9F%90%98 -> application_name=🐘 host=h user=u
        postgres://u@h?statement_timeout=5 -> error
        postgres://u@h?options=-c%20geqo%3Doff -> host=h options=-c␠geqo=off user=u
        postgres://u@h?options=-c␠geqo%3Doff -> error
        user=a\ -> user=a
        user=\ -> user=
        user='a\'b'host=x -> host=x user=a'b
        user='a -> error
        user='a\ -> error
        user='a\' -> error
        user -> error
        user␠=x -> user=x
        user␠=␠x -> user=x
        user=␠x␠host␠=h -> host=h user=x
        us␠er=x -> error
        =x -> error
        ==x -> error
        user==x -> user==x
        user=a=b -> user=a=b
        user=a'b␠c'=d -> error
        user=a'b' -> user=a'b'
        user='' -> user=
        user=''␠host␠=␠'\\' -> host=\ user=
        user=␠host=x -> user=host=x
        user= -> user=
        user='a'b -> error
        user='a'b=c -> error
        password=it\'s\␠me␠user=x -> password=it's␠me user=x
        password='a␠b'␠user=u -> password=a␠b user=u
        password=a␠b␠user=u -> error
        password=a␠b=c␠user=u -> error
        user=a␊host=b -> host=b user=a
        user=a,host=b -> user=a,host=b
        user=a;host=b -> user=a;host=b
        user=é␠host='ö␠ä' -> host=ö␠ä user=é
        host=a,b␠port=1,2 -> host=a,b port=1,2
        host=a␠user=b␠host=c -> host=c user=b
        dbname=postgres://h/d -> dbname=postgres://h/d
        dbname='host=a␠user=b' -> dbname=host=a␠user=b
        uzer=x -> error
        USER=x -> error
        user=%41 -> user=%41
        user=a#b -> user=a#b
        #␠user=a -> error
        sslmode=disable␠sslrootcert=system -> sslmode=disable sslrootcert=system
        'user'=x -> error
        service=x␠user=y -> service=x user=y
        sslcrl=x␠oauth_scope=y -> oauth_scope=y sslcrl=x
        statement_timeout=5 -> error
         -> nothing
        ␠␠ -> nothing
        user=a␉port=5 -> port=5 user=a
        postgresql://us%20er@[::1]:54,3/d?ssl=true -> dbname=d host=::1,3 port=54, sslmode=require user=us␠er
        postgres://u:péa,b:1/d?port=5&user=x -> dbname=d host=u,b port=5 user=x
        postgres://u:p@a,,:1/d?port=5&user=x -> dbname=d host=a,, password=p port=5 user=x
        host=a␠port␠=␠5␠user='o&b' -> host=a port=5 user=o&b
        host=a␠port␠=␠5%20␠user='o\'b' -> host=a port=5%20 user=o'b
        postgresql://us%20er@[::1]:543/d?ssl=true -> dbname=d host=::1 port=543 sslmode=require user=us␠er
        postgres://u:p@:,b:1/d?port=5&user=x -> dbname=d host=,b password=p port=5 user=x
        postgresql://us%20er@[::1]:=5433/d?ssl=true -> dbname=d host=::1 port==5433 sslmode=require user=us␠er
        postgres://u@a,b:1/d?port=5&user=x -> dbname=d host=a,b port=5 user=x
        postgres://u:p@a,b:1,d?port=5&user=x -> host=a,b,d password=p port=5 user=x
        postgres://,:p@a,b:1/d?port=5&user=x -> dbname=d host=a,b password=p port=5 user=x
        host=+a␠port␠=␠5␠user='o\'b' -> host=+a port=5 user=o'b
        ␠user␠=?␠password='a␠b'␠host=h -> host=h password=a␠b user=?
        postgresql://us%20er@[::1]:5+33/d?ssl=true -> dbname=d host=::1 port=5+33 sslmode=require user=us␠er
        ␠user␠=␠x␠password='[b'␠host=h -> host=h password=[b user=x
        postgres://u:p@a,b:1/d?port=5%20&user=x -> dbname=d host=a,b password=p port=5␠ user=x
        postgresql://us%20er@[::\1]:%C3%A933/d?ssl=true -> dbname=d host=::\1 port=é33 sslmode=require user=us␠er
        postgresql://us%20=@[::1]:5\3/d?ssl=true -> dbname=d host=::1 port=5\3 sslmode=require user=us␠=
        host=a␠port␠=␠5␠user='o\':' -> host=a port=5 user=o':
        postgresql://]s%20er@[::1]:5433/d%C3%A9ssl=true -> dbname=déssl=true host=::1 port=5433 user=]s␠er
        postgres://u:p@a,b:&?port=5&user=x -> host=a,b password=p port=5 user=x
        postgresql://us%20er@[::1]:54133/d?ssl=true -> dbname=d host=::1 port=54133 sslmode=require user=us␠er
        ␠user␠=␠x␠password='%a␠b'␠host=h -> host=h password=%a␠b user=x
        postgres://us%20er@[::1]:5433/d?ssl=true -> dbname=d host=::1 port=5433 sslmode=require user=us␠er
        postgresql://us%20er@[::1]::433/d?ssl=true -> dbname=d host=::1 port=:433 sslmode=require user=us␠er
        host=a[␠port␠=␠5␠user='o\'b' -> host=a[ port=5 user=o'b
        host=a␠port␠=␠5␠user=+\'b' -> host=a port=5 user=+'b'
        postgres://u:p@a,b:,'d?port=5&user=x -> host=a,b,'d password=p port=5 user=x
        postgres://u:'a,b:1/d?port=5&user=x -> dbname=d host=u,b port=5 user=x
        host=a␠port␠=␠5␠user='o\\' -> host=a port=5 user=o\
        postgres://u,p@a,b:1/d?port=5&user=x -> dbname=d host=a,b port=5 user=x
        postgresql://us%20e,r@[::1]:5433/d?ssl=true -> dbname=d host=::1 port=5433 sslmode=require user=us␠e,r
        ␠user␠=␠x␠␠password='a␠b'␠host=h -> host=h password=a␠b user=x
        postgres://u:p@a,%20b:1/d?port=5&user=x -> dbname=d host=a,␠b password=p port=5 user=x
        postgresql://us%20er@[::1]:5433?ssl=true -> host=::1 port=5433 sslmode=require user=us␠er
        postgresql://us,é20er@[::1]:5433/d?ssl=true -> dbname=d host=::1 port=5433 sslmode=require user=us,é20er
        postgresql://us%20e,@[::1]:5433?ssl=true -> host=::1 port=5433 sslmode=require user=us␠e,
        postgresql://[%20er@[::1]:/5433/d?ssl=true -> dbname=5433/d host=::1 sslmode=require user=[␠er
        ␠user␠=␠+␠password='a␠?b'␠host=h -> host=h password=a␠?b user=+
        ␠user␠=␠x␠password=␠b'␠host=h -> host=h password=b' user=x
        postgres://u:p@a,b:1/d?port=5&user=\ -> dbname=d host=a,b password=p port=5 user=\
        host=%␠port␠=␠5␠user='o\'b' -> host=% port=5 user=o'b
        ␠user␠=␠x␠password='a␠b['␠host=h -> host=h password=a␠b[ user=x
        ␠user␠=␠x␠password='a@b'␠host=h -> host=h password=a@b user=x
        postgres://u\p@a,b:1/d?port=5&user=x -> dbname=d host=a,b port=5 user=x
        host=a␠port␠=␠5␠user='o\␠' -> host=a port=5 user=o␠
        postgres://u:p@a,b:1/d?port=5&user=x%20 -> dbname=d host=a,b password=p port=5 user=x␠
        host=a␠port␠=␠5␠user=\o+'b' -> host=a port=5 user=o+'b'
        ␠user␠=␠x␠password=:?b'␠host=h -> host=h password=:?b' user=x
        postgres://u:p@a,b:1#d?port=5&user=x -> host=a,b password=p port=5 user=x
        host=a␠port␠=1␠user='o\'b' -> host=a port=1 user=o'b
        postgresql://us%20er#@::1]:5433/d?ssl=true -> dbname=d port=:1]:5433 sslmode=require user=us␠er#
        postgresql://us%20er%C3%A9::'1]:5433/d?ssl=true -> dbname=d host=us␠eré port=:'1]:5433 sslmode=require
        host=a␠port␠=␠5␠user='o\%b' -> host=a port=5 user=o%b
        ␠user␠=␠x␠password='a␠b'␠host=h? -> host=h? password=a␠b user=x
        ␠user␠=␠x␠password='a␠b'␠host=% -> host=% password=a␠b user=x
        host=a␠port␠=␠5␠user=%20\'b' -> host=a port=5 user=%20'b'
        host=a␠port␠=␠5␠user='ob' -> host=a port=5 user=ob
        host=a␠port␠=␠5␠user=&\'b' -> host=a port=5 user=&'b'
        ␠user␠=␠x␠password='a␠b,'␠host=h -> host=h password=a␠b, user=x
        postgresql://us%20er@[::1]:5433&d?ssl=true -> host=::1 port=5433&d sslmode=require user=us␠er
        postgres://u:p@a,b:1/déport=5&user=x -> dbname=déport=5&user=x host=a,b password=p port=,1 user=u
        postgresql://us%20er@[::1]:5433/␠ssl=true -> dbname=ssl=true host=::1 port=5433 user=us␠er
        postgres://u:p@a,b:1/d?port=é5&user=x -> dbname=d host=a,b password=p port=é5 user=x
        postgres://u:p@a\,b:/d?port=5&user=x -> dbname=d host=a\,b password=p port=5 user=x
        postgres://u:p@a,b:/d?port=5&user=x -> dbname=d host=a,b password=p port=5 user=x
        postgresql://us%20er#@[::1]:5433/d?ssl=true -> dbname=d host=::1 port=5433 sslmode=require user=us␠er#
        ␠user␠+=␠x␠password='a␠b'␠hos1h -> error
        ␠user␠␠␠x␠password='a␠b'␠host=h -> error
        postgresql://us%20er@[::1]:5433/d?l=true -> error
        postgres:/@:p@a,b:1/d?port=user=x -> error
        pos%tgres://␠u␠:␠p␠@␠h␠,␠i␠:␠5␠/␠d␠?␠user␠=␠x␠&␠port␠=␠3␠ -> error
        :st=a␠port␠=␠5%C3%A9ser='o\'b' -> error
        ␠user␠=␠x␠passwo%20d='a␠b'␠host=h -> error
        p1ostgres://␠u␠:␠p␠@␠h␠,␠i␠:␠5␠/␠d␠?␠user␠=␠x␠&␠p[ort␠=␠3␠ -> error
        %postgres://u:p@a,b:1/d?p@ort=5&user=x -> error
        postgres://u:p@a,b:1/d?p[t1=5&user=x -> error
        postgresql://us%20er@]␠[::1]:5433/d?ssl=true -> error
        postgres://u:p@?b:1/d?port=5&user=x -> error
        postgres://u:p@a,b:1/d?port=5=user=x -> error
        postgres://␠u␠:␠p␠@␠h␠,␠i␠:␠%/␠d␠?␠user␠=␠x␠&␠port␠=␠3␠ -> error
        postgresql://us%20er@[::1%:5433/d?ssl=tru? -> error
        postgres://:p@a,b:%1/d?port=5&user=x -> error
        po%stgres://␠u␠:␠p␠@␠h␠,␠i␠:␠5␠/␠d␠?␠user␠=␠x␠&␠port␠=␠3␠ -> error
        'ser␠=␠x␠password='a␠b'␠ho[t=h -> error
        postg1res://u:p@a,b:1/d?port=5&user=x -> error
        postgresql://us%20er@[::1]:5433/d?ssl=\rue -> error
        postgres#/␠u␠:␠p␠@␠h␠,␠i␠:␠5␠/␠d␠?␠user␠=␠x␠&␠port␠=␠& -> error
        ␠user␠=␠x%20password='a␠b'␠host=h -> error
        postgres://␠u␠:␠p␠@␠h␠,␠i␠:␠5␠/␠d␠?␠user␠=␠x␠&=␠port␠=␠3␠ -> error
        postgres://␠u␠:␠p␠@␠h␠,␠i␠:␠5␠/␠d␠?␠user␠=␠#␠&␠port␠=␠3␠ -> error
        postgres://␠u␠:␠p␠@␠h␠,␠i␠?:␠5␠/␠d␠?␠user␠=␠x␠&␠port␠=␠3␠ -> error
        postgres://u:p@a,b:1/d?port=5&us%20r=x -> error
        ␠user␠=␠x=assword='a␠b'␠h#t=h -> error
        postgres://␠u␠:␠p%␠@␠h␠,␠i␠:␠5␠/␠d␠?␠user␠=␠x␠&␠port␠=␠3␠ -> error
        po␠stgresql://us%20er@[::1]:5433/d?ssl=true -> error
        ho&t=a␠port␠=␠5␠user='o\'b' -> error
        ␠user␠=␠/password='a␠b'␠host=#h -> error
        host=a␠port␠=␠5␠user#='o\'b' -> error
        postéres://u:p@a,b:1:/d?port=5&user=x -> error
        ho@=a␠port␠=␠5␠user='o\'b' -> error
        ␠user␠=␠x␠password='a␠b'1host=h -> error
        postgres://u:p@a,b:1/d?p1'5&user=x -> error
        ␠user␠=␠x␠passwo@='a␠b'␠host: -> error
        postgres://u:p@a,b:1/d?&ort=5&u@er=x -> error
        postgres://␠u␠:␠p␠@␠h␠,␠i␠:␠5␠/␠d'␠?␠user␠=␠x␠&␠port␠=␠3␠ -> error
        ␠user␠=␠x␠passw[rd='a␠b'␠host=h -> error
        """#

    /// Where PGWire refuses on purpose what libpq accepts: an unencoded `@` after the userinfo, by which libpq sends a piece
    /// of the password to a host that the rest of it spells, and bytes that are not UTF-8.
    static let stricter = #"""
        postgres://u@[a@b]/ -> error (libpq: host=a@b user=u)
        postgres://u@@abstract/x -> error (libpq: dbname=x host=@abstract user=u)
        postgres://u:p@ss@h/d -> error (libpq: dbname=d host=ss@h password=p user=u)
        postgres://u:p@ss/w@h/d -> error (libpq: dbname=w@h/d host=ss password=p user=u)
        postgres://u:p/w@h/d -> error (libpq: dbname=w@h/d host=u port=p)
        postgres://u:1/w@h/d -> error (libpq: dbname=w@h/d host=u port=1)
        postgres://u@h/d@1 -> error (libpq: dbname=d@1 host=h user=u)
        postgres://%ff@h -> error (libpq: host=h user=\xff)
        postgres://u:%C3@h -> error (libpq: host=h password=\xc3 user=u)
        postgres://u@h?user=%80 -> error (libpq: host=h user=\x80)
        postgres://u:p@a,@:1/]port=5&user=x -> error (libpq: dbname=]port=5&user=x host=a,@ password=p port=,1 user=u)
        postgresql://us%20er@[::1]:543@3/d?ssl=true -> error (libpq: dbname=d host=::1 port=543@3 sslmode=require user=us␠er)
        postgresql://us%20er@[::1#]:5433/d@sl=true -> error (libpq: dbname=d@sl=true host=::1# port=5433 user=us␠er)
        """#
}
