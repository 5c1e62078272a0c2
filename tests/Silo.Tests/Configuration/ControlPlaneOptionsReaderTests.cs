using OrleansHybrid.Silo.Tests.Support;
using OrleansHybrid.Support;

namespace OrleansHybrid.Silo.Tests.Configuration;

/// <summary>Settings from the command line and the environment, and what is said of wrong ones.</summary>
public sealed class ControlPlaneOptionsReaderTests
{
    [Fact]
    public void The_command_line_beats_the_environment()
    {
        var options = Read(
            ["--public-url", "https://a.example/x", "--log-format=json", "--urls", "http://127.0.0.1:1;http://[::1]:2"],
            ("HYBRID_PUBLIC_URL", "https://b.example"), ("HYBRID_DATA", "somewhere"));

        Assert.Equal("https://a.example/x", options.PublicUrl);
        Assert.Equal(Path.GetFullPath("somewhere"), options.DataDirectory);
        Assert.Equal(["http://127.0.0.1:1", "http://[::1]:2"], options.Urls);
        Assert.True(options.JsonLogs);
    }

    [Fact]
    public void The_launcher_is_there_only_with_a_policy()
    {
        Assert.Null(Read([]).LauncherPolicy);
        Assert.Equal("a.yaml", Read(["--launcher-policy", "a.yaml"]).LauncherPolicy);
        Assert.Equal("b.yaml", Read([], ("HYBRID_LAUNCHER_POLICY", "b.yaml")).LauncherPolicy);
    }

    [Fact]
    public void Without_settings_it_listens_on_loopback_and_stores_in_a_file()
    {
        var options = Read([]);

        Assert.Equal(["http://127.0.0.1:8080"], options.Urls);
        Assert.Null(options.Database);
        Assert.Equal((65_536, TimeSpan.FromSeconds(30)), (options.PayloadLimit, options.PollTime));
    }

    [Theory]
    [InlineData("--urls", "nonsense", "HYBRID_URLS")]
    [InlineData("--urls", ";", "HYBRID_URLS")]
    [InlineData("--urls", "ftp://127.0.0.1", "HYBRID_URLS")]
    [InlineData("--public-url", "jobs.example", "HYBRID_PUBLIC_URL")]
    [InlineData("--public-url", "http://me:secret@jobs.example", "HYBRID_PUBLIC_URL")]
    [InlineData("--silo", "10.0.0.5", "HYBRID_SILO")]
    [InlineData("--silo", "10.0.0.5:1:99999", "HYBRID_SILO")]
    [InlineData("--log-format", "xml", "HYBRID_LOG_FORMAT")]
    [InlineData("--payload-limit", "64k", "HYBRID_PAYLOAD_LIMIT")]
    [InlineData("--payload-limit", "9999999", "HYBRID_PAYLOAD_LIMIT")]
    [InlineData("--upload-limit", "64M", "HYBRID_UPLOAD_LIMIT")]
    [InlineData("--upload-limit", "9999999999", "HYBRID_UPLOAD_LIMIT")]
    [InlineData("--log-limit", "10M", "HYBRID_LOG_LIMIT")]
    [InlineData("--log-limit", "4095", "HYBRID_LOG_LIMIT")]
    [InlineData("--runtime-images", "ruby", "HYBRID_RUNTIME_IMAGES")]
    [InlineData("--runtime-images", "ruby=--privileged", "HYBRID_RUNTIME_IMAGES")]
    [InlineData("--runtime-images", "ruby=a;Ruby=b", "HYBRID_RUNTIME_IMAGES")]
    [InlineData("--leave-seconds", "-1", "HYBRID_LEAVE_SECONDS")]
    [InlineData("--leave-seconds", "21", "HYBRID_LEAVE_SECONDS")]
    public void A_wrong_setting_is_named_with_the_remedy_and_without_its_value(string option, string value, string name)
    {
        var wrong = Assert.Throws<ConfigurationException>(() => Read([option, value]));

        Assert.StartsWith($"{name} ", wrong.Message);
        Assert.EndsWith(".", wrong.Message);
        Assert.DoesNotContain("secret", wrong.Message);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0, "--leave-seconds", "0")]
    [InlineData(5, "--silo", "10.0.0.5:11111:30000")]
    [InlineData(9, "--silo", "10.0.0.5:11111:30000", "--leave-seconds", "9")]
    public void One_of_several_silos_takes_longer_to_leave_than_one_alone(int seconds, params string[] arguments) => Assert.Equal(
        TimeSpan.FromSeconds(seconds), ReadOfMany([.. arguments, "--certificates", TestCertificates.Shared.Silo.Folder]).ShutdownDelay);

    [Theory]
    [InlineData("is missing")]
    [InlineData("can't be used: /nowhere/silo.crt can't be read", "--certificates", "/nowhere")]
    public void V2_without_certificates_no_port_is_opened(string why, params string[] arguments)
    {
        string[] silo = ["--silo", "127.0.0.1:11111:30000"];

        var wrong = Assert.Throws<ConfigurationException>(() => ReadOfMany([.. silo, .. arguments]));

        Assert.StartsWith($"HYBRID_CERTIFICATES {why}", wrong.Message);
    }

    [Theory]
    [InlineData("a", "--data", "a")]
    [InlineData("a", "--data=a")]
    [InlineData("a=b:c", "--data=a=b:c")]
    [InlineData("@a", "--data", "@a")]
    [InlineData("b", "--data", "a", "--data=b")]
    [InlineData("c", "--data=")]
    [InlineData("c", "--data", " ")]
    public void An_option_is_written_in_either_form_the_last_one_counts_and_a_blank_one_is_none(string data, params string[] arguments)
    {
        var options = Read(arguments);

        Assert.Equal(data == "c" ? Read([]).DataDirectory : Path.GetFullPath(data), options.DataDirectory);
    }

    private static ControlPlaneOptions ReadOfMany(string[] arguments) => Read(arguments, ("HYBRID_POSTGRES", "Host=db"));

    private static ControlPlaneOptions Read(string[] arguments, params (string Name, string Value)[] environment) =>
        ControlPlaneOptionsReader.Read(SiloArguments.Read(
            arguments, name => environment.FirstOrDefault(pair => pair.Name == name).Value));
}
