using System.Net.Sockets;
using Npgsql;
using OrleansHybrid.Stores.Postgres;

namespace OrleansHybrid.Stores.Tests.Postgres;

/// <summary>Which errors are the database's, and which the data's.</summary>
public sealed class PostgresErrorsTests
{
    [Theory]
    [InlineData("53100")] // disk full
    [InlineData("53300")] // too many connections
    [InlineData("57P01")] // shut down by an administrator
    [InlineData("57P03")] // still starting up
    [InlineData("57014")] // cancelled, or out of time
    [InlineData("58030")] // the disk fails
    [InlineData("08006")] // connection failure
    [InlineData("28P01")] // wrong password
    [InlineData("25006")] // a standby, after a fail-over
    [InlineData("40P01")] // lost deadlocks, more often than is tried
    public void The_database_is_away(string state) => Assert.True(PostgresErrors.IsTransient(Error(state)));

    [Theory]
    [InlineData("23505")] // a key that is taken
    [InlineData("22021")] // bytes that are no text
    [InlineData("22003")] // a number out of range
    [InlineData("42P01")] // no such table
    public void The_data_is_at_fault(string state) => Assert.False(PostgresErrors.IsTransient(Error(state)));

    [Fact]
    public void A_connection_that_breaks_or_times_out_is_the_databases_trouble()
    {
        Assert.True(PostgresErrors.IsTransient(new NpgsqlException("refused", new SocketException())));
        Assert.True(PostgresErrors.IsTransient(new NpgsqlException("slow", new TimeoutException())));
        Assert.True(PostgresErrors.IsTransient(new ObjectDisposedException("pool")));
        Assert.False(PostgresErrors.IsTransient(new OperationCanceledException()));
        Assert.False(PostgresErrors.IsTransient(new InvalidCastException()));
    }

    [Fact]
    public void Only_a_connection_that_is_gone_makes_the_others_suspect()
    {
        Assert.True(PostgresErrors.IsConnectionLost(Error("57P01")));
        Assert.True(PostgresErrors.IsConnectionLost(new NpgsqlException("reset", new IOException())));
        Assert.False(PostgresErrors.IsConnectionLost(Error("53300")));
        Assert.False(PostgresErrors.IsConnectionLost(new NpgsqlException("slow", new TimeoutException())));
    }

    [Fact]
    public void Text_keeps_what_can_be_kept()
    {
        // Halves of characters do not survive in the arguments of an attribute.
        (string Text, string Kept)[] texts =
        [
            ("plain", "plain"), ("", ""), ("a\0b", "a\ufffdb"), ("🎉 whole", "🎉 whole"), ("\ud83c", "\ufffd"),
            ("\ud800 half \udc00", "\ufffd half \ufffd"), ("\ud83c\ud83c\udf89", "\ufffd🎉"),
        ];

        Assert.Equal(texts.Select(text => text.Kept), texts.Select(text => PostgresSession.Storable(text.Text)));
    }

    private static PostgresException Error(string state) => new("trouble", "ERROR", "ERROR", state);
}
