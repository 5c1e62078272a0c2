using OrleansHybrid.Primitives.Codes;
using OrleansHybrid.Runner.Policy;

namespace OrleansHybrid.Runner.Tests.Policy;

/// <summary>Which images a pattern is for, and which only look so (S30).</summary>
public sealed class ImagePatternTests
{
    private const string Digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private const string Another = "sha256:ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";

    [Theory]
    [InlineData("*", "registry.test:5000/a/b/c:1")]
    [InlineData("busybox", "docker.io/library/busybox:1")]
    [InlineData("docker.io/busybox", "busybox@" + Digest)]
    [InlineData("iron/*", "iron/ruby:2.1")]
    [InlineData("iron/ru*y:2.*", "index.docker.io/iron/ruby:2.1")]
    [InlineData("registry.test/**", "REGISTRY.test/a/b/c")]
    [InlineData("registry.test/a/*", "registry.test/a/b")]
    [InlineData("registry.test/a/**", "registry.test/a/b/c")]
    [InlineData("registry.test:5000/a:1", "registry.test:5000/a:1")]
    [InlineData("registry.test/a@" + Digest, "registry.test/a@" + Digest)]
    [InlineData("registry.test/a@" + Digest, "registry.test/a:any@" + Digest)]
    public void It_matches(string pattern, string image) => Assert.True(Matches(pattern, image));

    [Theory]
    [InlineData("busybox", "evil.test/library/busybox")]
    [InlineData("busybox", "evil.test/docker.io/library/busybox")]
    [InlineData("iron/*", "evil.test/iron/ruby")]
    [InlineData("iron/*", "iron/ruby/evil")]
    [InlineData("iron/*", "iron.evil/ruby")]
    [InlineData("registry.test/a", "registry.test.evil/a")]
    [InlineData("registry.test/a", "registryxtest/a")]
    [InlineData("registry.test/a", "registry.test:5000/a")]
    [InlineData("registry.test/a", "registry.test/a-evil")]
    [InlineData("registry.test/a/*", "registry.test/a")]
    [InlineData("registry.test/a/**", "registry.test/ab/c")]
    [InlineData("a:1", "a")]
    [InlineData("a:1", "a:11")]
    [InlineData("a:1", "a:1@" + Digest)]
    [InlineData("a:*", "a@" + Digest)]
    [InlineData("a@" + Digest, "a:1")]
    [InlineData("a@" + Digest, "a@" + Another)]
    [InlineData("a@" + Digest, "evil.test/a@" + Digest)]
    [InlineData("library/*", "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0@" + Digest, false)]
    public void It_does_not_match(string pattern, string image, bool isImage = true)
    {
        Assert.Equal(isImage, ImageReference.TryParse(image, out _) && !Matches(pattern, image));
    }

    [Theory]
    [InlineData("*.example.com/app")]
    [InlineData("registry.*/app")]
    [InlineData("*:5000/app")]
    [InlineData("app:1@" + Digest)]
    [InlineData("app@sha256:0123")]
    [InlineData("app@sha256:*")]
    [InlineData("App")]
    [InlineData("a b")]
    [InlineData("a//b")]
    [InlineData("a/../b")]
    [InlineData("--privileged")]
    [InlineData("(a|b)")]
    [InlineData("https://registry.test/a")]
    [InlineData("")]
    public void An_ambiguous_or_malformed_pattern_is_rejected(string pattern)
    {
        Assert.False(ImagePattern.TryParse(pattern, out _, out var problem));
        Assert.NotEqual("", problem);
    }

    private static bool Matches(string text, string reference) =>
        ImagePattern.TryParse(text, out var pattern, out var problem)
            ? ImageReference.TryParse(reference, out var image) && pattern.Matches(image)
            : throw new ArgumentException(problem);
}
