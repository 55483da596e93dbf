//! tokio-postgres, without TLS.

mod measuring;

use futures_util::{future::join_all, pin_mut, StreamExt};
use measuring::{count, memory, setting, size, Measurement};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio_postgres::{binary_copy::BinaryCopyInWriter, types::Type, Client, Config, NoTls, Statement};
use uuid::Uuid;

async fn connect() -> Client {
    let (client, connection) = Config::new()
        .host(&setting("PGB_HOST", "127.0.0.1"))
        .port(setting("PGB_PORT", "5432").parse().unwrap())
        .user(&setting("PGB_USER", "bench"))
        .password(setting("PGB_PASSWORD", ""))
        .dbname(&setting("PGB_DB", "bench"))
        .connect(NoTls)
        .await
        .unwrap();
    tokio::spawn(connection);
    client
}

async fn cold_connections() {
    let n = count(200);
    let measurement = Measurement::start();
    for _ in 0..n {
        let db = connect().await;
        assert_eq!(db.query_one("SELECT 1", &[]).await.unwrap().get::<_, i32>(0), 1);
    }
    measurement.report(n);
}

async fn prepared() -> (Client, Statement) {
    let db = connect().await;
    let statement = db.prepare("SELECT $1::int4").await.unwrap();
    query(&db, &statement, 0).await;
    (db, statement)
}

async fn query(db: &Client, statement: &Statement, value: i32) {
    assert_eq!(db.query_one(statement, &[&value]).await.unwrap().get::<_, i32>(0), value);
}

async fn queries() {
    let n = count(20_000) as i32;
    let (db, statement) = prepared().await;
    let measurement = Measurement::start();
    for value in 0..n {
        query(&db, &statement, value).await;
    }
    measurement.report(n as usize);
}

async fn pipelined() {
    let n = count(50_000) as i32;
    let (db, statement) = prepared().await;
    let measurement = Measurement::start();
    for begin in (0..n).step_by(100) {
        // Requests that are made before the first is answered go out together.
        join_all((begin..n.min(begin + 100)).map(|value| query(&db, &statement, value))).await;
    }
    measurement.report(n as usize);
}

async fn concurrent() {
    let connections = setting("PGB_CONNS", "32").parse::<usize>().unwrap();
    let each = count(64_000) / connections;
    let mut all = Vec::new();
    for _ in 0..connections {
        all.push(prepared().await);
    }
    let measurement = Measurement::start();
    let tasks: Vec<_> = all
        .into_iter()
        .map(|(db, statement)| {
            tokio::spawn(async move {
                for value in 0..each as i32 {
                    query(&db, &statement, value).await;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    measurement.report(each * connections);
}

struct Record {
    id: i64,
    k: i32,
    name: String,
    score: f64,
    at: SystemTime,
    ok: bool,
    u: Uuid,
}

impl Record {
    fn sum(&self) -> f64 {
        let at = self.at.duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
        let (ok, u) = (f64::from(u8::from(self.ok)), f64::from(self.u.as_bytes()[0]));
        self.id as f64 + f64::from(self.k) + self.name.len() as f64 + self.score + at + ok + u
    }
}

async fn rows(named: bool) {
    let mut sql = String::from("SELECT id, k, name, score, at, ok, u FROM bench_decode");
    if let Some(n) = size() {
        sql += &format!(" LIMIT {n}");
    }
    let db = connect().await;
    let measurement = Measurement::start();
    let rows = db.query_raw(&sql, std::iter::empty::<i32>()).await.unwrap();
    pin_mut!(rows);
    let (mut got, mut sum) = (0, 0.0);
    while let Some(row) = rows.next().await {
        let row = row.unwrap();
        let record = if named {
            Record {
                id: row.get("id"),
                k: row.get("k"),
                name: row.get("name"),
                score: row.get("score"),
                at: row.get("at"),
                ok: row.get("ok"),
                u: row.get("u"),
            }
        } else {
            Record {
                id: row.get(0),
                k: row.get(1),
                name: row.get(2),
                score: row.get(3),
                at: row.get(4),
                ok: row.get(5),
                u: row.get(6),
            }
        };
        got += 1;
        sum += record.sum();
    }
    assert!(got == count(1_000_000) && sum > 0.0);
    measurement.report(got);
}

async fn copying() {
    let n = count(1_000_000);
    let db = connect().await;
    db.batch_execute("TRUNCATE bench_copy").await.unwrap();
    let measurement = Measurement::start();
    let sink = db.copy_in("COPY bench_copy (id, name, score, at) FROM STDIN (FORMAT binary)").await.unwrap();
    let writer = BinaryCopyInWriter::new(sink, &[Type::INT8, Type::TEXT, Type::FLOAT8, Type::TIMESTAMPTZ]);
    pin_mut!(writer);
    let year_2026 = UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    for g in 1..=n as i64 {
        let at = year_2026 + Duration::from_secs(g as u64);
        writer.as_mut().write(&[&g, &format!("user number {g}"), &(g as f64 * 0.5), &at]).await.unwrap();
    }
    writer.finish().await.unwrap();
    measurement.report(n);
}

async fn idle_connections() {
    let n = count(500);
    let mut connections = Vec::with_capacity(50 + n);
    for _ in 0..50 {
        connections.push(connect().await);
    }
    let before = memory("VmRSS:");
    for _ in 0..n {
        connections.push(connect().await);
    }
    let after = memory("VmRSS:");
    println!("{:.3} 0 {after}", (after - before) as f64 / n as f64);
}

#[tokio::main]
async fn main() {
    match std::env::args().nth(1).unwrap_or_default().as_str() {
        "w1b" => cold_connections().await,
        "w2" => queries().await,
        "w3" | "w3many" => pipelined().await,
        "w4" => rows(false).await,
        "w5" => copying().await,
        "w6" => concurrent().await,
        "w7" => idle_connections().await,
        "w10" => rows(true).await,
        _ => {
            println!("n/a");
            std::process::exit(2);
        }
    }
}
