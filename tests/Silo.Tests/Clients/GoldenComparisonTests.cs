namespace OrleansHybrid.Silo.Tests.Clients;

/// <summary>The comparing itself: what it lets pass, and what not.</summary>
public sealed class GoldenComparisonTests
{
    private const string Id = "0123456789abcdef01234567";

    [Theory]
    [InlineData("""{"id":"{{id}}"}""", $$"""{"id":"{{Id}}"}""", true)]
    [InlineData("""{"id":"{{id}}"}""", $$"""{"id":"{{Id}}0"}""", false)]
    [InlineData("""{"id":"{{id}}"}""", """{"id":"0123456789ABCDEF01234567"}""", false)]
    [InlineData("""{"id":"{{id}}"}""", $$"""{"id":"{{Id}}","more":1}""", false)]
    [InlineData("""{"id":"{{known}}"}""", """{"id":"value"}""", true)]
    [InlineData("""{"id":"{{known}}"}""", """{"id":"other"}""", false)]
    [InlineData("""{"at":"{{time}}"}""", """{"at":"2026-01-31T23:59:59Z"}""", true)]
    [InlineData("""{"at":"{{time}}"}""", """{"at":"2026-01-31T23:59:59.123Z"}""", true)]
    [InlineData("""{"at":"{{time}}"}""", """{"at":"2026-01-31T23:59:59.1234567Z"}""", false)]
    [InlineData("""{"at":"{{time}}"}""", """{"at":"2026-01-31T23:59:59+00:00"}""", false)]
    [InlineData("""{"at":"{{time}}"}""", """{"at":"0001-01-01T00:00:00Z"}""", false)]
    [InlineData("""{"n":{{number}}}""", """{"n":12}""", true)]
    [InlineData("""{"n":{{number}}}""", """{"n":"12"}""", false)]
    [InlineData("""{"n":{{number}}}""", """{"n":1.5}""", false)]
    [InlineData("""{"n":1}""", """{"n":1 }""", false)]
    [InlineData("[.]", "[x]", false)]
    public void An_answer_passes_only_when_all_of_it_is_as_expected(string expected, string actual, bool passes) =>
        Assert.Equal(passes, Known().Matches(expected, actual));

    [Fact]
    public void A_name_is_bound_at_first_sight_and_must_be_the_same_ever_after()
    {
        var names = Known();

        Assert.True(names.Matches("{{id task}} {{id}}", $"{Id} {Id}"));
        Assert.Equal(Id, names.Fill("{{task}}"));
        Assert.True(names.Matches("{{task}}", Id));
        Assert.False(names.Matches("{{task}}", Id.Replace('0', '1')));
        Assert.Throws<InvalidDataException>(() => names.Matches("{{id task}}", Id));
        Assert.Throws<InvalidDataException>(() => names.Fill("{{other}}"));
        Assert.Throws<InvalidDataException>(() => names.Matches("{{nonsense}}", Id));
    }

    [Fact]
    public void A_mismatch_is_shown_in_the_form_of_a_file()
    {
        var shown = Known().WithPlaceholders($$"""{"a":"value","b":"{{Id}}","c":"2026-01-31T23:59:59.123Z","d":"2090-01-01T00:00:00Z"}""");

        Assert.Equal("""{"a":"{{known}}","b":"{{id}}","c":"{{time}}","d":"2090-01-01T00:00:00Z"}""", shown);
    }

    private static GoldenPlaceholders Known() => new(new Dictionary<string, string> { ["known"] = "value" });
}
